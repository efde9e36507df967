#!/bin/sh
# As the real image does: the scripts of /docker-entrypoint.d run first, in order, when nginx is what is started.
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
