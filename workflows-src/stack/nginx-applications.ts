/** The parts of the proxy's configuration that are repeated for each application. Pure. */
import type { AppSpec } from "../../apps/catalog.ts";

export const upstream = ([name, app]: readonly [string, AppSpec]): string => `
    upstream ${name} {
        zone ${name} 64k;
        server ${name}:${app.port} resolve max_fails=1 fail_timeout=1s;
        # No connection is kept open, since it could outlast its replica.
        keepalive 0;
    }
`;

/** The link of the landing page to an application that publishes its own port, under the host name of the request. */
export const redirectToPort = (name: string, app: AppSpec): string => `
        location = /${name} {
            return 302 $scheme://$host:${app.publishedPort}/;
        }
`;

/** `app.route` ends in a slash; the prefix that the application receives does not. */
export const route = ([name, app]: readonly [string, { readonly route: string }]): string => {
  const prefix = app.route.slice(0, -1);
  return `
        location = ${prefix} {
            return 308 ${app.route}$is_args$args;
        }

        location ${app.route} {
            set $route_prefix ${prefix};
            proxy_pass http://${name}/;
            error_page 502 504 = @${name};
        }
${retryLocation(name, `rewrite "(?s)^${prefix}(/.*)$" $1 break;`)}`;
};

/**
 * Retries a request once if the addresses of the upstream changed while it waited for a dead one.
 * Since nginx 1.27.3 a request only selects among the addresses that the upstream had when the request began. If they
 * changed meanwhile, nginx responds with 502 ("no live upstreams"), or with 504 if one address is left, although replicas
 * are alive. The retry selects among the current addresses. It happens only if the last try made no connection: then no
 * replica has received the request, or nginx itself considers it safe to send again.
 * Source: `ngx_http_upstream_get_round_robin_peer`, which compares `rrp->config`, and `ngx_http_upstream_free_round_robin_peer`,
 * which takes `tries` from a request whose group has become `single`.
 */
const retryLocation = (name: string, ...rewriting: readonly string[]): string => `
        location @${name} {
            if ($failed_at_replica = 504) {
                return 504;
            }
            if ($failed_at_replica) {
                return 502;
            }
${[...rewriting, `proxy_pass http://${name};`].map((line) => `            ${line}\n`).join("")}        }
`;

export const ownServer = ([name, app]: readonly [string, AppSpec]): string => `
    server {
        listen ${app.publishedPort};
        server_name _;

        location / {
            set $route_prefix "";
            proxy_pass http://${name};
            error_page 502 504 = @${name};
        }
${retryLocation(name)}    }
`;
