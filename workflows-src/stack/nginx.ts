/** The configuration of the reverse proxy: routes on port 80, and each application at the root of its own port. Pure. */
import { type Catalog, routed } from "../../apps/catalog.ts";
import { ownServer, redirectToPort, route, upstream } from "./nginx-applications.ts";

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
    # The proxy may itself be reached by another host and port, so redirects are relative.
    absolute_redirect off;
    # Longer than a browser pauses between clicks, shorter than a connection may last while nginx shuts down.
    keepalive_timeout 75s;
    keepalive_min_timeout 60s;
    client_max_body_size 2m;

    client_body_temp_path /tmp/client;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;

    # A request keeps the ID that the client sent, if that is well-formed.
    map $http_x_request_id $kept_request_id {
        default $request_id;
        "~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id;
    }

    # The status of a request that reached a replica, and so may have had an effect; empty if no connection was made.
    map "$upstream_connect_time $upstream_status" $failed_at_replica {
        "~- [0-9, ]+$" "";
        "~504$" 504;
        default 502;
    }

    log_format json escape=json '{"time":"$time_iso8601","level":"info","app":"reverse-proxy","request_id":"$kept_request_id",'
        '"method":"$request_method","path":"$uri","status":$status,"ms":"$request_time","upstream":"$upstream_addr","client":"$remote_addr"}';
    access_log /dev/stdout json;

    # Docker's DNS. The addresses are valid for one second, so that started and stopped replicas are noticed.
    resolver 127.0.0.11 valid=1s ipv6=off;
    resolver_timeout 2s;

    proxy_http_version 1.1;
    # The address of a stopped replica must not delay the client by seconds.
    proxy_connect_timeout 300ms;
    # Only a failed connection is tried at another replica; any response of the application is passed on, also a 503.
    # Every replica may be tried, because all but one may be starting; after three seconds no further one is.
    proxy_next_upstream error timeout;
    proxy_next_upstream_timeout 3s;
    # If the addresses of an upstream change while a request waits for a dead one, it cannot select another: @NAME retries it.
    proxy_redirect off;
    proxy_intercept_errors off;

    # Clients can send these headers too, so every header that an application could trust is overwritten.
    proxy_set_header Connection "";
    # With the port, because applications compare it with the browser's Origin.
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
  .flatMap(([name, app]) => (app.route === null ? [redirectToPort(name, app)] : []))
  .join("")}${routed(catalog).map(route).join("")}
        location / {
            return 404;
        }
    }
${routed(catalog).map(ownServer).join("")}}
`;
