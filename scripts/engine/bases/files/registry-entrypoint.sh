#!/bin/sh
# Like the real image's entrypoint: when the first argument is a configuration file, it runs `registry serve` with it.
set -e
case "$1" in
  *.yaml | *.yml) set -- registry serve "$@" ;;
  serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac
exec "$@"
