#!/bin/sh
# Generates the secrets of the demo once, each into the volume of its owner.
# Arguments: files. What exists is kept.
set -eu

for file in "$@"; do
  [ -s "$file" ] && continue
  new="${file%/*}/.${file##*/}"
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$new"
  chmod 0444 "$new"
  mv "$new" "$file"
  echo "generated $file"
done
