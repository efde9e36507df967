#!/bin/sh
# Generates the secrets of the demo once, each into the volume of its owner.
# Arguments: folders, one an owner. What exists is kept.
set -eu

for folder in "$@"; do
  for name in database-password secret-key; do
    [ -s "$folder/$name" ] && continue
    head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$folder/.$name"
    chmod 0444 "$folder/.$name"
    mv "$folder/.$name" "$folder/$name"
    echo "generated $folder/$name"
  done
done
