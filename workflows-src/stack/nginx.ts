/** The reverse proxy: routes on 80, each application at its own port's root. */
import { type AppSpec, type Catalog, routed } from "../../apps/catalog.ts";

export const nginxConf = (catalog: Catalog): string => `worker_processes auto;
worker_rlimit_nofile 2048;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;

events {
    worker_connections 1024;
}

http {
    include /etc/nginx/mime.types;
    server_tokens off;
    # Behind another port or host, a redirect of ours must not name this one.
    absolute_redirect off;
    # Longer than a browser's pause between clicks, shorter than a draining connection may last.
    keepalive_timeout 75s;
    keepalive_min_timeout 60s;
    client_max_body_size 2m;

    client_body_temp_path /tmp/client;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;

    # A request keeps the name that the client gave it when that is well-formed.
    map $http_x_request_id $kept_request_id {
        default $request_id;
        "~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id;
    }

    # How a request failed that had come as far as to a replica, and so may have had an effect; empty where no connection was made.
    map "$upstream_connect_time $upstream_status" $failed_at_replica {
        "~- [0-9, ]+$" "";
        "~504$" 504;
        default 502;
    }

    log_format json escape=json '{"time":"$time_iso8601","level":"info","app":"reverse-proxy","request_id":"$kept_request_id",'
        '"method":"$request_method","path":"$uri","status":$status,"ms":"$request_time","upstream":"$upstream_addr","client":"$remote_addr"}';
    access_log /dev/stdout json;

    # Docker's DNS: asked again each second, so that a replica that came or went is known.
    resolver 127.0.0.11 valid=1s ipv6=off;
    resolver_timeout 2s;

    proxy_http_version 1.1;
    # An address that nobody holds any more must not cost the client seconds.
    proxy_connect_timeout 300ms;
    # An answer of the application is passed on, a 503 too: only a connection that failed is tried elsewhere.
    # Every replica is tried, as all but one may just be starting, but none after one that took its time to answer.
    proxy_next_upstream error timeout;
    proxy_next_upstream_timeout 3s;
    # When a group's addresses change, a request that waits for a dead one of them can select no other: @NAME selects anew.
    proxy_redirect off;
    proxy_intercept_errors off;

    # Every header that an application could trust is overwritten: clients can send them too.
    proxy_set_header Connection "";
    # With its port: applications compare it with the browser's Origin.
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Prefix $route_prefix;
    proxy_set_header X-Real-IP "";
    proxy_set_header Forwarded "";
    proxy_set_header X-Request-ID $kept_request_id;
${routed(catalog).map(upstream).join("")}
    server {
        listen 80 default_server;
        server_name _;

        location = / {
            root /usr/share/nginx/html;
            rewrite ^ /index.html break;
            add_header Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'" always;
            add_header X-Content-Type-Options nosniff always;
            add_header Referrer-Policy same-origin always;
            add_header Cache-Control no-cache always;
        }

        location = /healthz {
            access_log off;
            default_type application/json;
            return 200 '{"status":"ok","app":"reverse-proxy","replica":"$hostname"}\\n';
        }
${Object.entries(catalog)
  .flatMap(([name, app]) => (app.route === null ? [direct(name, app)] : []))
  .join("")}${routed(catalog).map(route).join("")}
        location / {
            return 404;
        }
    }
${routed(catalog).map(ownServer).join("")}}
`;

const upstream = ([name, app]: readonly [string, AppSpec]): string => `
    upstream ${name} {
        zone ${name} 64k;
        server ${name}:${app.port} resolve max_fails=1 fail_timeout=1s;
        # A kept connection would outlive the replica at its other end.
        keepalive 0;
    }
`;

/** For a visitor of the landing page, whatever name this host has for them. */
const direct = (name: string, app: AppSpec): string => `
        location = /${name} {
            return 302 $scheme://$host:${app.publishedPort}/;
        }
`;

/** `route` ends in a slash, and the prefix that the application hears of does not. */
const route = ([name, app]: readonly [string, { readonly route: string }]): string => {
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
${reselection(name, `rewrite "(?s)^${prefix}(/.*)$" $1 break;`)}`;
};

/**
 * Since nginx 1.27.3 a request selects among the addresses that its group had when it began: once they have changed while it
 * waited for a dead one, it ends as 502, "no live upstreams", or, where one address is left, as 504, however many live. So it
 * selects anew, once, when its last try found no connection: then it was sent to nobody, or was one that may be sent again.
 * Source: `ngx_http_upstream_get_round_robin_peer`, which compares `rrp->config`, and `ngx_http_upstream_free_round_robin_peer`,
 * which takes `tries` from a request whose group has become `single`.
 */
const reselection = (name: string, ...rewriting: readonly string[]): string => `
        location @${name} {
            if ($failed_at_replica = 504) {
                return 504;
            }
            if ($failed_at_replica) {
                return 502;
            }
${[...rewriting, `proxy_pass http://${name};`].map((line) => `            ${line}\n`).join("")}        }
`;

const ownServer = ([name, app]: readonly [string, AppSpec]): string => `
    server {
        listen ${app.publishedPort};
        server_name _;

        location / {
            set $route_prefix "";
            proxy_pass http://${name};
            error_page 502 504 = @${name};
        }
${reselection(name)}    }
`;
