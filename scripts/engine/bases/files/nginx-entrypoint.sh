#!/bin/sh
# Like the real image's entrypoint: before it starts nginx, it runs the scripts of /docker-entrypoint.d in order.
set -e
case "$1" in
  nginx | nginx-debug)
    for script in /docker-entrypoint.d/*; do
      [ -e "$script" ] || continue
      case "$script" in
        *.envsh) [ -x "$script" ] && . "$script" ;;
        *.sh) [ -x "$script" ] && "$script" ;;
      esac
    done
    ;;
esac
exec "$@"
