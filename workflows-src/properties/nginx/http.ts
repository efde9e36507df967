/** What holds for all servers of the proxy: headers, time-outs, limits, upstreams, maps and logs. */
import { type AppSpec, type Catalog, prefixOf, routed } from "../../../apps/catalog.ts";
import { text } from "../core/exactly.ts";
import type { Content } from "./locations.ts";
import { jsonText, pageText } from "./page-text.ts";

const positive = "[1-9]\\d*";
/** Begins the pattern of an error's text: the answer to a body over `client_max_body_size` names the limit. */
const saysLimit = (name: number | string): string => (name === 413 ? "(?=.* 2 MB\\b)" : "");
const like = (pattern: string): unknown => text(new RegExp(`^${pattern}$`, "u"));

/** A client that is slow costs a connection, and no replica; a dead replica delays nobody by seconds. */
const timeouts = [
  "client_header_timeout 10s",
  "client_body_timeout 10s",
  "send_timeout 10s",
  "reset_timedout_connection on",
  "keepalive_timeout 75s",
  "keepalive_min_timeout 60s",
  "proxy_connect_timeout 300ms",
  "resolver 127.0.0.11 valid=1s ipv6=off",
  "resolver_timeout 2s",
];

/** Only a failed connection is tried at another replica, and for a bounded time. */
const retries = [
  "proxy_next_upstream error timeout",
  "proxy_next_upstream_timeout 3s",
  "proxy_intercept_errors off",
  "proxy_redirect off",
  "recursive_error_pages on",
];

/** A client can send these headers, too: each that an application could trust is overwritten. */
const headers = [
  "proxy_http_version 1.1",
  ...Object.entries({
    Connection: '""',
    Host: "$http_host",
    "X-Forwarded-Host": "$http_host",
    "X-Forwarded-For": "$remote_addr",
    "X-Forwarded-Proto": "$client_scheme",
    "X-Forwarded-Prefix": "$route_prefix",
    "X-Real-IP": '""',
    Forwarded: '""',
    "X-Request-ID": "$kept_request_id",
  }).map(([name, value]) => `proxy_set_header ${name} ${value}`),
];

/** What one request, one client and one application may use. The root file system is read-only, so files are in two others. */
const limits = [
  "client_max_body_size 2m",
  "client_header_buffer_size 1k",
  "large_client_header_buffers 4 8k",
  "client_body_buffer_size 16k",
  "proxy_buffer_size 8k",
  "proxy_buffers 8 4k",
  "proxy_busy_buffers_size 16k",
  "proxy_max_temp_file_size 4m",
  "client_body_temp_path /tmp/client",
  "proxy_temp_path /var/tmp/proxy",
  ...["fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path /tmp/${kind}`),
  like(`limit_req_zone \\$limited_client zone=rate:10m rate=${positive}r/s`),
  like(`limit_req zone=rate burst=${positive} nodelay`),
  "limit_req_status 429",
  "limit_conn_zone $limited_client zone=clients:10m",
  "limit_conn_zone $client_with_body zone=client_bodies:10m",
  "limit_conn_zone $app zone=applications:64k",
  "limit_conn_zone $body_of zone=bodies:64k",
  "limit_conn clients 256",
  "limit_conn_status 503",
];

/** Redirects are relative, since the proxy may be reached by another host and port. No response names the version. */
const responses = [
  'default_type "text/html; charset=utf-8"',
  "server_tokens off",
  "absolute_redirect off",
  "add_header Strict-Transport-Security $transport_security always",
  "error_page 400 =400 /proxy-errors/400",
  "error_page 414 =414 /proxy-errors/414",
  "error_page 494 =431 /proxy-errors/431",
  "error_page 413 @too_large",
  "error_page 429 @too_many",
  "error_page 503 @unavailable",
];

/** The address of a client is the one that a trusted proxy names, else the one of the connection. */
const addresses = ["include /tmp/settings/real-ip.conf", "real_ip_header X-Forwarded-For", "real_ip_recursive on"];

/** A line of JSON for each request, in which no key of a page stands. The error log would show first lines and referrers. */
const logs = [
  "error_log /dev/stderr emerg",
  `log_format json escape=json '{"time":"$time_iso8601","level":"info","app":"reverse-proxy","request_id":"$kept_request_id",' '"method":"$request_method","path":"$logged_path","status":$status,"ms":"$request_time","upstream":"$upstream_addr",' '"upstream_status":"$upstream_status","rate":"$limit_req_status","limit":"$limit_conn_status","client":"$remote_addr"}'`,
  "access_log /dev/stdout json",
];

export const httpDirectives = [...timeouts, ...retries, ...headers, ...limits, ...responses, ...addresses, ...logs];

const content = (...directives: readonly unknown[]): Content => ({ directives });

/** No connection is kept, since it could outlast its replica; names are resolved again each second. */
const upstream = ([name, { port, threads }]: readonly [string, AppSpec]) =>
  [
    `upstream ${name}`,
    content(
      `zone ${name} 64k`,
      // As many requests as wait at most, of each thread some.
      like(`server ${name}:${port} resolve max_conns=${threads * 16} max_fails=1 fail_timeout=1s`),
      "keepalive 0",
    ),
  ] as const;

const shared = ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];
const sharedIpv6 = ["::1/128", "fc00::/7", "fe80::/10"];
const trusted = content("default 0", "include /tmp/settings/trusted-proxies");

/** A browser gets a page; a client that accepts JSON and no page, and each request to an API, gets JSON. */
const errors = (catalog: Catalog): Readonly<Record<string, Content>> => ({
  "map $server_port $page_head": content(like(`default '<!doctype html><html lang="en">[^']*<style>[^'<]+</style>'`)),
  "map $http_accept $accepted_format": content(
    "default html",
    '"~*text/html(?! *; *q=0)" html',
    '"~*application/(?:[a-z0-9.-]+[+])?json" json',
  ),
  "map $request_uri $error_format": content(
    "default $accepted_format",
    ...routed(catalog).map(([, app]) => `"~^(?:${prefixOf(app)})?/api/[^?]" json`),
  ),
  "map $error_format $error_type": content('default "text/html; charset=utf-8"', "json application/json"),
  ...Object.fromEntries(
    [400, 404, 413, 414, 429, 431, 502, 503, 504, "own_port"].map((name) => [
      `map $error_format $error_${name}`,
      content(
        ...["default '\\$page_head" + pageText, `json '${jsonText}`].map((pattern) =>
          like(`${saysLimit(name)}${pattern}'`),
        ),
      ),
    ]),
  ),
});

const secretPaths = (catalog: Catalog): readonly string[] =>
  Object.values(catalog).flatMap((app) =>
    (app.secretPaths ?? []).map(
      (path) =>
        `"~*(?s)^(?<logged_start>(?:${prefixOf(app)})?${path.slice(0, -1)})[^/]+(?<logged_end>.*)$" "$logged_start*$logged_end"`,
    ),
  );

export const httpBlocks = (catalog: Catalog): Readonly<Record<string, Content>> => ({
  types: content(),
  "geo $realip_remote_addr $peer_is_trusted": trusted,
  "geo $address_is_trusted": trusted,
  "geo $address_is_shared": content("default 0", ...[...shared, ...sharedIpv6].map((network) => `${network} 1`)),
  "map $http_host $own_scheme": content("default $scheme", "include /tmp/settings/public-scheme"),
  'map "$peer_is_trusted $http_x_forwarded_proto" $client_scheme': content(
    "default $own_scheme",
    '"1 http" http',
    '"1 https" https',
  ),
  "map $client_scheme $transport_security": content('default ""', 'https "max-age=31536000"'),
  // A redirect repeats a host only if it leads to this machine's own network.
  "map $host $redirect_host": content(
    "include /tmp/settings/public-host",
    String.raw`"~^(?:localhost|[a-z0-9-]+|127\.[0-9.]+|10\.[0-9.]+|192\.168\.[0-9.]+|172\.(?:1[6-9]|2[0-9]|3[01])\.[0-9.]+|\[::1\])$" $host`,
  ),
  "map $uri $own_port": content('default ""', "include /tmp/settings/own-ports"),
  // Of an IPv6 address the first half: every customer has at least that many addresses.
  "map $binary_remote_addr $client_network": content(
    "default $binary_remote_addr",
    '"~(?s)^(?<half_of_address>.{8}).{8}$" $half_of_address',
  ),
  "map $address_is_shared$address_is_trusted $limited_client": content("00 $client_network", 'default ""'),
  'map "$content_length $http_transfer_encoding" $body_of': content('"~^[0-9]{0,4} $" ""', "default $app"),
  "map $body_of $client_with_body": content('"" ""', "default $limited_client"),
  ...errors(catalog),
  "map $http_x_request_id $kept_request_id": content(
    "default $request_id",
    '"~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id',
  ),
  // Whether a request reached a replica. It is evaluated anew for the retry.
  'map "$upstream_connect_time $upstream_status" $failed_at_replica': content(
    "volatile",
    '" " ""',
    '"~- [0-9,: ]+$" ""',
    '"~504$" 504',
    "default 502",
  ),
  "map $failed_at_replica $retry_after": content("volatile", '"" 5', 'default ""'),
  "map $uri $logged_path": content("default $uri", ...secretPaths(catalog)),
  ...Object.fromEntries(routed(catalog).map(upstream)),
});
