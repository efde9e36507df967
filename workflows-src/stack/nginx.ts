/** The configuration of the reverse proxy: routes on port 80, and each application at the root of its own port. Pure. */
import { type Catalog, routed } from "../../apps/catalog.ts";
import { ownServer, redirectToPort, route, upstream } from "./nginx-applications.ts";
import { addresses, clientLimits } from "./nginx-clients.ts";
import { logging } from "./nginx-log.ts";
import { errorLocation, errorLocations, errorVariables, security, serverErrors } from "./nginx-pages.ts";
import { bodies, buffers, proxyCapacity, requestsPerApplication } from "./proxy-capacity.ts";
import { bodiesFolder, healthPort, responsesFolder } from "./proxy-settings.ts";

const events = (catalog: Catalog): string => {
  const { clients, waiting, upstream: toReplicas, reserved, connections, workers, perWorker } = proxyCapacity(catalog);
  return `worker_processes ${workers};
# A connection may have a file: 2 × ${perWorker.connections}.
worker_rlimit_nofile ${perWorker.files};
pid ${bodiesFolder}/nginx.pid;
error_log /dev/stderr warn;

events {
    # ${clients} requests (${requestsPerApplication} of each application) + ${waiting} connections without a request
    # + ${toReplicas} to the replicas (max_conns of all) + ${reserved} for the landing page and the health check.
    # = ${connections}. The kernel spreads them over ${workers} processes, so each has a share, and a tenth more.
    worker_connections ${perWorker.connections};
}
`;
};

const timeouts = `    # A client that is slow with the head, the body or its reading costs a connection, and no replica. The head must be complete
    # after this time; body and response must go on within it.
    client_header_timeout 10s;
    client_body_timeout 10s;
    send_timeout 10s;
    reset_timedout_connection on;
    client_header_buffer_size 1k;
    large_client_header_buffers ${buffers.headerBuffers.count} ${buffers.headerBuffers.size}k;
    client_body_buffer_size ${buffers.bodyBuffer}k;
    proxy_buffer_size ${buffers.responseBuffers.head}k;
    proxy_buffers ${buffers.responseBuffers.count} ${buffers.responseBuffers.size}k;
    proxy_busy_buffers_size ${2 * buffers.responseBuffers.head}k;
    # A replica is free as soon as its response is here, also when the client reads slowly.
    proxy_max_temp_file_size 4m;
`;

/** The answer of a health check. */
const health = String.raw`{"status":"ok","app":"reverse-proxy","replica":"$hostname"}\n`;

export const nginxConf = (catalog: Catalog): string => `${events(catalog)}
http {
    types {
    }
    default_type "text/html; charset=utf-8";
    server_tokens off;
    # The proxy may itself be reached by another host and port, so redirects are relative.
    absolute_redirect off;
    # Longer than a browser pauses between clicks, shorter than a connection may last while nginx shuts down.
    keepalive_timeout 75s;
    keepalive_min_timeout 60s;
    client_max_body_size ${bodies.maxMiB}m;
${timeouts}
    client_body_temp_path ${bodiesFolder}/client;
    proxy_temp_path ${responsesFolder}/proxy;
    fastcgi_temp_path ${bodiesFolder}/fastcgi;
    uwsgi_temp_path ${bodiesFolder}/uwsgi;
    scgi_temp_path ${bodiesFolder}/scgi;

${addresses}
${clientLimits}
${errorVariables(catalog)}
    # A request keeps the ID that the client sent, if that is well-formed.
    map $http_x_request_id $kept_request_id {
        default $request_id;
        "~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id;
    }

    # The status of a request that reached a replica, and so may have had an effect; empty if no connection was made.
    # It is evaluated anew for the retry.
    map "$upstream_connect_time $upstream_status" $failed_at_replica {
        volatile;
        " " "";
        "~- [0-9,: ]+$" "";
        "~504$" 504;
        default 502;
    }

    # Only what nobody has received is worth trying again.
    map $failed_at_replica $retry_after {
        volatile;
        "" 5;
        default "";
    }

${logging(catalog)}
    # Docker's DNS. The addresses are valid for one second, so that started and stopped replicas are noticed.
    resolver 127.0.0.11 valid=1s ipv6=off;
    resolver_timeout 2s;

    proxy_http_version 1.1;
    # The address of a stopped replica must not delay the client by seconds.
    proxy_connect_timeout 300ms;
    # Only a failed connection is tried at another replica; any response of the application is passed on, also a 503.
    # Every replica may be tried once, because all but one may be starting; after three seconds no further one is.
    proxy_next_upstream error timeout;
    proxy_next_upstream_timeout 3s;
    # If the addresses of an upstream change while a request waits for a dead one, it cannot select another: @NAME retries it.
    proxy_redirect off;
    proxy_intercept_errors off;
    # The error of a retry has a page, too.
    recursive_error_pages on;

    # Clients can send these headers too, so every header that an application could trust is overwritten.
    proxy_set_header Connection "";
    # With the port, because applications compare it with the browser's Origin.
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $client_scheme;
    proxy_set_header X-Forwarded-Prefix $route_prefix;
    proxy_set_header X-Real-IP "";
    proxy_set_header Forwarded "";
    proxy_set_header X-Request-ID $kept_request_id;

    ${security}
${serverErrors.map((line) => `    ${line}\n`).join("")}${routed(catalog).map(upstream).join("")}
    # The container's health check, on a port that no visitor reaches.
    server {
        listen 127.0.0.1:${healthPort};
        server_name _;
        access_log off;

        location = /healthz {
            default_type application/json;
            return 200 '${health}';
        }
    }

    server {
        listen 80 default_server reuseport backlog=4096;
        server_name _;

        location = / {
            root /usr/share/nginx/html;
            rewrite ^ /index.html break;
            add_header Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'" always;
            add_header X-Content-Type-Options nosniff always;
            add_header Referrer-Policy same-origin always;
            add_header Cache-Control no-cache always;
            ${security}
        }

        location = /healthz {
            access_log off;
            default_type application/json;
            return 200 '${health}';
        }
${Object.entries(catalog)
  .flatMap(([name, app]) => (app.route === null ? [redirectToPort(name)] : []))
  .join("")}${routed(catalog).map(route).join("")}
${errorLocation("/", 404)}${errorLocation("@own_port", 404, { name: "own_port" })}${errorLocations}    }
${routed(catalog).map(ownServer).join("")}}
`;
