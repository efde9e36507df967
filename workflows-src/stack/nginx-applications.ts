/** The parts of the proxy's configuration that are repeated for each application. Pure. */
import type { AppSpec } from "../../apps/catalog.ts";
import { applicationErrors, errorLocations } from "./nginx-pages.ts";
import { addressesOf, bodies, perClient, requestsPerApplication, requestsPerReplica } from "./proxy-capacity.ts";

type Routed = readonly [string, AppSpec & { readonly route: string }];

const lines = (indent: number, ...statements: readonly string[]): string =>
  statements.map((line) => `${" ".repeat(indent)}${line}\n`).join("");

export const upstream = ([name, app]: readonly [string, AppSpec]): string => `
    upstream ${name} {
        zone ${name} 64k;
        server ${name}:${app.port} resolve max_conns=${requestsPerReplica(app)} max_fails=1 fail_timeout=1s;
        # No connection is kept open, since it could outlast its replica.
        keepalive 0;
    }
`;

/**
 * The link of the landing page to an application that publishes its own port: start.sh knows the port and the public host. A
 * `Host` that may be anybody's is not repeated in a redirect.
 */
export const redirectToPort = (name: string): string => `
        location = /${name} {
            error_page 404 @own_port;
            if ($redirect_host = "") {
                return 404;
            }
            return 302 $client_scheme://$redirect_host:$own_port/;
        }
`;

/** What a location of an application limits. A level with one `limit_conn` inherits none, so all of them stand here. */
const limits = [
  `limit_conn clients ${perClient.requests};`,
  `limit_conn client_bodies ${perClient.bodies};`,
  `limit_conn applications ${requestsPerApplication};`,
  `limit_conn bodies ${bodies.perApplication};`,
] as const;

const passedTo = (name: string, app: AppSpec, prefix: string, target: string): string =>
  lines(
    12,
    `set $app ${name};`,
    `set $route_prefix ${prefix === "" ? '""' : prefix};`,
    ...limits,
    `proxy_next_upstream_tries ${addressesOf(app)};`,
    `proxy_pass http://${target};`,
    ...applicationErrors,
    `error_page 502 504 = @${name};`,
  );

/** `app.route` ends in a slash; the prefix that the application receives does not. */
export const route = ([name, app]: Routed): string => {
  const prefix = app.route.slice(0, -1);
  return `
        location = ${prefix} {
            return 308 ${app.route}$is_args$args;
        }

        location ${app.route} {
${passedTo(name, app, prefix, `${name}/`)}        }
${retryLocation(name, app, `rewrite "(?s)^${prefix}(/.*)$" $1 break;`)}`;
};

/**
 * Retries a request once if the addresses of the upstream changed while it waited for a dead one.
 * Since nginx 1.27.3 a request only selects among the addresses that the upstream had when the request began. If they
 * changed meanwhile, nginx responds with 502 ("no live upstreams"), or with 504 if one address is left, although replicas
 * are alive. The retry selects among the current addresses. It happens only if the last try made no connection: then no
 * replica has received the request, or nginx itself considers it safe to send again.
 * If that one finds no replica either, because none runs or all of them have as many requests as they may, the client is
 * told to come back later.
 * Source: `ngx_http_upstream_get_round_robin_peer`, which compares `rrp->config`, and `ngx_http_upstream_free_round_robin_peer`,
 * which takes `tries` from a request whose group has become `single`.
 */
const retryLocation = (name: string, app: AppSpec, ...rewriting: readonly string[]): string => `
        location @${name} {
            if ($failed_at_replica) {
                return 502;
            }
${lines(
  12,
  ...rewriting,
  `proxy_next_upstream_tries ${addressesOf(app)};`,
  `proxy_pass http://${name};`,
  "error_page 502 504 = @unavailable;",
)}        }
`;

export const ownServer = ([name, app]: Routed): string => `
    server {
        listen ${app.publishedPort} reuseport backlog=4096;
        server_name _;

        location / {
${passedTo(name, app, "", name)}        }
${retryLocation(name, app)}${errorLocations}    }
`;
