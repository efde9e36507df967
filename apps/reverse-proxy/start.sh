#!/bin/sh
# Writes the parts of nginx's configuration that depend on the environment, and starts nginx. nginx.conf includes them.
# TRUSTED_PROXIES holds the networks of the proxies in front of this one, separated by commas or spaces.
# PUBLIC_ORIGIN holds scheme and host of this proxy's address for visitors.
# PUBLISHED_PORTS names the applications that are not behind this proxy and their ports, such as "ledger=9005 shop=9006".
set -euf

folder=/tmp/settings
mkdir -p "$folder"

# The exit code is that of a wrong configuration, EX_CONFIG.
refuse() {
  echo "$1" >&2
  exit 78
}

: >"$folder/real-ip.conf"
: >"$folder/trusted-proxies"
for network in $(echo "${TRUSTED_PROXIES:-}" | tr ',' ' '); do
  if ! echo "$network" | grep -Eqx '([0-9]{1,3}\.){3}[0-9]{1,3}(/[1-9][0-9]?)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/[1-9][0-9]{0,2})?'; then
    refuse "TRUSTED_PROXIES holds '$network', which is not a network. Use addresses or networks such as 10.0.0.0/8, separated by commas."
  fi
  echo "set_real_ip_from $network;" >>"$folder/real-ip.conf"
  echo "$network 1;" >>"$folder/trusted-proxies"
done

if ! echo "${PUBLIC_ORIGIN:-}" | grep -Eqx '(https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?)?'; then
  refuse "PUBLIC_ORIGIN is '$PUBLIC_ORIGIN', which is not an origin. Use a scheme and a host, such as https://shop.example."
fi
host=$(echo "${PUBLIC_ORIGIN:-}" | sed -E 's#^https?://##; s#:[0-9]+$##')
echo "default \"$host\";" >"$folder/public-host"
: >"$folder/public-scheme"
case ${PUBLIC_ORIGIN:-} in
https://*) echo "\"${PUBLIC_ORIGIN#https://}\" https;" >"$folder/public-scheme" ;;
esac

# A published port may follow an address of the host: 127.0.0.1:9005.
for published in ${PUBLISHED_PORTS:-}; do
  echo "/${published%%=*} ${published##*[=:]};"
done >"$folder/own-ports"

exec nginx -g 'daemon off;'
