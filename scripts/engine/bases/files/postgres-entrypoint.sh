#!/bin/sh
# Implements the part of the real image's entrypoint that this project uses. As root, it makes `postgres` the owner of the
# data folder and continues as that user. It initialises an empty data folder from the variables POSTGRES_*, and then runs
# the scripts of /docker-entrypoint-initdb.d.
set -eu

# value NAME DEFAULT: prints $NAME; without it the content of the file $NAME_FILE; without either the default.
value() {
  eval "plain=\${$1:-}; file=\${${1}_FILE:-}"
  if [ -n "$plain" ] && [ -n "$file" ]; then
    echo "error: both $1 and ${1}_FILE are set (but are exclusive)" >&2
    exit 1
  fi
  if [ -n "$file" ]; then plain=$(cat "$file"); fi
  printf '%s' "${plain:-$2}"
}

case "${1:-}" in -*) set -- postgres "$@" ;; esac
if [ "${1:-}" != postgres ]; then exec "$@"; fi
for argument; do
  case "$argument" in -'?' | --help | --describe-config | -V | --version) exec "$@" ;; esac
done

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 00700 "$PGDATA"
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
fi

mkdir -p "$PGDATA" && chmod 00700 "$PGDATA" || true
if [ -s "$PGDATA/PG_VERSION" ]; then
  echo "PostgreSQL Database directory appears to contain a database; Skipping initialization"
  exec "$@"
fi

user=$(value POSTGRES_USER postgres)
password=$(value POSTGRES_PASSWORD '')
database=$(value POSTGRES_DB "$user")
initdb_args=$(value POSTGRES_INITDB_ARGS '')
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
if [ -z "$password" ] && [ "$method" != trust ]; then
  echo "Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser." >&2
  exit 1
fi

secret=$(mktemp)
printf '%s\n' "$password" > "$secret"
if [ -n "$password" ]; then set_password="--pwfile=$secret"; else set_password=; fi
if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then initdb_args="$initdb_args --waldir $POSTGRES_INITDB_WALDIR"; fi
# shellcheck disable=SC2086,SC2090
eval "initdb --username=\"\$user\" $set_password $initdb_args"
rm -f "$secret"
printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"

export PGPASSWORD="${PGPASSWORD:-$password}"
pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w start
as_user() { psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$user" --no-password --dbname "$@"; }
if [ "$database" != postgres ]; then
  as_user postgres --set db="$database" <<'SQL'
CREATE DATABASE :"db";
SQL
fi
for script in /docker-entrypoint-initdb.d/*; do
  case "$script" in
    *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
    *.sql) as_user "$database" -f "$script" ;;
    *.sql.gz) gunzip -c "$script" | as_user "$database" ;;
  esac
done
pg_ctl -D "$PGDATA" -m fast -w stop
unset PGPASSWORD
echo "PostgreSQL init process complete; ready for start up."
exec "$@"
