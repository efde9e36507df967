#!/bin/sh
# Gives each application a role and a database of its own. Arguments: the applications' names.
# Each one's password is in $SECRETS/NAME/database-password; a changed one is taken over.
set -eu

for app in "$@"; do
  PGPASSWORD=$(cat "$PGPASSWORD_FILE") psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --set app="$app" --set password="$(cat "$SECRETS/$app/database-password")" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'app')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'app') \gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'app', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'app', :'app')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'app') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'app') \gexec
SQL
  echo "$app has its database"
done
