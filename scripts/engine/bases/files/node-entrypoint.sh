#!/bin/sh
# Like the real image's entrypoint: when the first argument is an option, or not a command, node is run with the arguments.
set -e
if [ "${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then
  set -- node "$@"
fi
exec "$@"
