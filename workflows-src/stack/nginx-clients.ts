/** The part of the proxy's configuration about clients: whose address it is, and how much one address may use. Pure. */
import { perClient } from "./proxy-capacity.ts";
import { bodiesFolder } from "./proxy-settings.ts";

/** The addresses that several people share: a limit for one person must not be applied to them. */
const sharedNetworks = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

/** Names and addresses that lead to this machine only from within its own network. */
const localHosts = String.raw`localhost|[a-z0-9-]+|127\.[0-9.]+|10\.[0-9.]+|192\.168\.[0-9.]+|172\.(?:1[6-9]|2[0-9]|3[01])\.[0-9.]+|\[::1\]`;

export const addresses = `    # Whose address it is: start.sh writes the files from TRUSTED_PROXIES and PUBLIC_ORIGIN.
    include ${bodiesFolder}/settings/real-ip.conf;
    real_ip_header X-Forwarded-For;
    real_ip_recursive on;

    geo $realip_remote_addr $peer_is_trusted {
        default 0;
        include ${bodiesFolder}/settings/trusted-proxies;
    }

    # Visitors reach the public host by the scheme of PUBLIC_ORIGIN, also where TLS ends at a proxy that is not trusted.
    map $http_host $own_scheme {
        default $scheme;
        include ${bodiesFolder}/settings/public-scheme;
    }

    map "$peer_is_trusted $http_x_forwarded_proto" $client_scheme {
        default $own_scheme;
        "1 http" http;
        "1 https" https;
    }

    map $client_scheme $transport_security {
        default "";
        https "max-age=31536000";
    }

    # The host of a redirect to another port; empty for one that may be anybody's.
    map $host $redirect_host {
        include ${bodiesFolder}/settings/public-host;
        "~^(?:${localHosts})$" $host;
    }

    # The published ports of the applications that are not behind this proxy.
    map $uri $own_port {
        default "";
        include ${bodiesFolder}/settings/own-ports;
    }
`;

export const clientLimits = `    # Many people share an address of a private network, of a carrier or of a trusted proxy. It is not limited as one person.
    geo $address_is_shared {
        default 0;
${sharedNetworks.map((network) => `        ${network} 1;\n`).join("")}    }

    geo $address_is_trusted {
        default 0;
        include ${bodiesFolder}/settings/trusted-proxies;
    }

    # Of an IPv6 address the first half, since every customer has at least that many.
    map $binary_remote_addr $client_network {
        default $binary_remote_addr;
        "~(?s)^(?<half_of_address>.{8}).{8}$" $half_of_address;
    }

    map $address_is_shared$address_is_trusted $limited_client {
        00 $client_network;
        default "";
    }

    # The application, if the request has a body that is kept in a file until it is complete.
    map "$content_length $http_transfer_encoding" $body_of {
        "~^[0-9]{0,4} $" "";
        default $app;
    }

    map $body_of $client_with_body {
        "" "";
        default $limited_client;
    }

    # An address over its rate gets 429, a client over any other limit 503. Both responses say when to come back.
    limit_req_zone $limited_client zone=rate:10m rate=${perClient.requestsPerSecond}r/s;
    limit_req zone=rate burst=${perClient.burst} nodelay;
    limit_req_status 429;
    limit_conn_zone $limited_client zone=clients:10m;
    limit_conn_zone $client_with_body zone=client_bodies:10m;
    limit_conn_zone $app zone=applications:64k;
    limit_conn_zone $body_of zone=bodies:64k;
    limit_conn clients ${perClient.requests};
    limit_conn_status 503;
`;
