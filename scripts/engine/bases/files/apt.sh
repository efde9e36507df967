#!/bin/sh
# apt.sh COMMAND ARGUMENT…: apt-get, keeping (or using) the parsed index beside the package lists.
# To parse them is most of what an installation costs, so it is done once; with other settings apt would do it again.
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
