#!/bin/sh
# apt.sh COMMAND ARGUMENT…: runs apt-get with an index of the package lists that is kept beside them.
# Parsing the lists takes most of the time of an installation. `update` parses them once; the other commands use the index,
# because they have the same settings.
set -eu
command=$1
shift
settings="-o Acquire::GzipIndexes=false -o Dir::Cache::pkgcache=pkgcache.bin -o Dir::Cache::srcpkgcache=srcpkgcache.bin"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
apt-get "$command" -yq $settings "$@"
if [ "$command" = update ]; then
  # shellcheck disable=SC2086
  apt-cache $settings stats > /dev/null
fi
