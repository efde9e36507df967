/** The reverse proxy's settings that the compose files and the stack file share. Pure. */
import { type Catalog, routed } from "../../apps/catalog.ts";
import { published, trustedProxies } from "./services.ts";
import { proxyCapacity } from "./proxy-capacity.ts";

/** Of the container alone: a flood fills the queues of the published ports, not that of this one. */
export const healthPort = 8081;

/** Where nginx keeps bodies and responses: a temporary file system gets the mode of the folder that the image has there. */
export const bodiesFolder = "/tmp";
export const responsesFolder = "/var/tmp";

/** apps/reverse-proxy/start.sh writes nginx's settings from the environment. */
export const startScript = { source: "./apps/reverse-proxy/start.sh", target: "/start.sh" } as const;

export const proxyProcess = (catalog: Catalog) => {
  const { files } = proxyCapacity(catalog).perWorker;
  return {
    entrypoint: ["/bin/sh", startScript.target],
    // The processes of nginx raise their own limit to this one.
    ulimits: { nofile: { soft: files, hard: files } },
    sysctls: {
      // Each request opens a connection to a replica. With the kernel's usual values the 28,000 ports of one minute would be
      // the limit: 470 requests a second to one replica.
      "net.ipv4.ip_local_port_range": "15000 65000",
      "net.ipv4.tcp_tw_reuse": "1",
      "net.core.somaxconn": "4096",
    },
  };
};

/** The applications that publish their port themselves, as NAME=PORT: the landing page leads to these ports. */
export const publishedPorts = (catalog: Catalog, port: (name: string, usual: number) => string): string => {
  const behind = new Set(routed(catalog).map(([name]) => name));
  return Object.entries(catalog)
    .filter(([name]) => !behind.has(name))
    .map(([name, app]) => `${name}=${port(name, app.publishedPort)}`)
    .join(" ");
};

/** The settings of a proxy that visitors reach: start.sh describes them. */
export const publicSettings = (catalog: Catalog) => ({
  PUBLIC_ORIGIN: "${PUBLIC_ORIGIN:-}",
  ...trustedProxies,
  PUBLISHED_PORTS: publishedPorts(catalog, published),
});

export const healthTest = ["CMD", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${healthPort}/healthz`] as const;
