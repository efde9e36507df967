/** Mistakes in nginx.conf. */
import { catalog, routed } from "../../../apps/catalog.ts";
import { type Deliberate, replaced } from "./deliberate.ts";

const [[app]] = routed(catalog) as [ReturnType<typeof routed>[number]];
const main = "the proxy waits, retries, forwards and logs as it has to";
const maps = "upstreams, maps and pages are those of the catalog";
const server = "each application has its route and its port, and the proxy answers everything else";
const processes = "the processes have the connections and the files that the applications may use";

const change = (name: string, from: string, to: string, rule: string, after?: string): Deliberate => ({
  name,
  file: "nginx.conf",
  change: replaced(from, to, after),
  rule,
});
const drop = (name: string, directive: string, rule: string, after?: string): Deliberate =>
  change(name, directive, "", rule, after);

export const inNginx: readonly Deliberate[] = [
  change(
    "a request that reached a replica is sent to another",
    "proxy_next_upstream error timeout;",
    "proxy_next_upstream error timeout http_502 non_idempotent;",
    main,
  ),
  drop("retries have no bound in time", "proxy_next_upstream_timeout 3s;", main),
  drop("retries have no bound in number", "proxy_next_upstream_tries 2;", server),
  change("a connection is tried for a minute", "proxy_connect_timeout 300ms;", "proxy_connect_timeout 60s;", main),
  drop("there is no body limit", "client_max_body_size 2m;", main),
  change("redirects are absolute", "absolute_redirect off;", "absolute_redirect on;", main),
  change("the method is lost on a redirect", "return 308", "return 301", server),
  change("the query is lost on a redirect", "$is_args$args", "", server),
  change("upstream connections are kept", "keepalive 0;", "keepalive 32;", maps),
  change("a dead replica is asked again and again", "max_fails=1", "max_fails=0", maps),
  change("addresses of replicas are kept", "valid=1s", "valid=1h", main),
  drop("started replicas are not noticed", " resolve", maps, `server ${app}:`),
  drop("the landing page has no content policy", "add_header Content-Security-Policy", server),
  change("the health check fails", "return 200", "return 500", server),
  change("an unknown path is found", "return 404 $error_404", "return 200 $error_404", server),
  change(
    "a temporary folder is on the read-only root",
    "proxy_temp_path /var/tmp/proxy",
    "proxy_temp_path /var/cache/proxy",
    main,
  ),
  change("the prefix is kept on reselection", '(/.*)$" $1 break', '(/.*)$" $0 break', server),
  change("the prefix is not taken away", `proxy_pass http://${app}/;`, `proxy_pass http://${app};`, server),
  change("the host is that of the replica", "Host $http_host", "Host $proxy_host", main),
  change("a client chooses its address", "X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_forwarded_for", main),
  change(
    "a client chooses its scheme",
    "X-Forwarded-Proto $client_scheme",
    "X-Forwarded-Proto $http_x_forwarded_proto",
    main,
  ),
  drop("a client's Forwarded header arrives", 'proxy_set_header Forwarded "";', main),
  change("anybody is a trusted proxy", "default 0;", "default 1;", maps, "geo $realip_remote_addr"),
  change("any host may be redirected to", "include /tmp/settings/public-host;", "default $host;", maps),
  change("a slow client has a minute", "client_header_timeout 10s;", "client_header_timeout 60s;", main),
  drop("an address has no limit", "limit_conn clients 256;", main),
  change("a limit answers 200", "limit_req_status 429;", "limit_req_status 200;", main),
  change("the version is shown", "server_tokens off;", "server_tokens on;", main),
  change("the application's own errors are hidden", "proxy_intercept_errors off;", "proxy_intercept_errors on;", main),
  change("keys of orders are logged", '"path":"$logged_path"', '"path":"$request_uri"', main),
  change("a request that had an effect is tried again", "default 502;", 'default "";', maps, "$failed_at_replica {"),
  change("one connection for each process", "worker_connections ", "worker_connections 1; #", processes),
];
