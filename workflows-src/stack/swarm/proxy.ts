/** The reverse proxy in the stack. Pure. */
import { type Catalog, routed } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";
import { proxyCapacity } from "../proxy-capacity.ts";
import {
  bodiesFolder,
  healthTest,
  proxyProcess,
  publicSettings,
  responsesFolder,
  startScript,
} from "../proxy-settings.ts";
import { frontNetwork, hardened, published, users } from "../services.ts";
import { byName, onHostPort, rollout, tmpfs } from "./service.ts";

export const proxy = (catalog: Catalog) => {
  const { bodiesMiB, responsesMiB } = proxyCapacity(catalog);
  return {
    image: images.proxy,
    user: users.proxy,
    ...hardened,
    ...proxyProcess(catalog),
    ports: [
      onHostPort(80, published("reverse-proxy", 80)),
      ...routed(catalog).map(([name, app]) => onHostPort(app.publishedPort, published(name, app.publishedPort))),
    ],
    environment: publicSettings(catalog),
    volumes: [tmpfs(bodiesFolder, bodiesMiB), tmpfs(responsesFolder, responsesMiB)],
    configs: [
      { source: "nginx", target: "/etc/nginx/nginx.conf" },
      { source: "landing", target: "/usr/share/nginx/html/index.html" },
      { source: "proxy-start", target: startScript.target },
    ],
    networks: ["edge", ...routed(catalog).map(([name]) => frontNetwork(name))],
    healthcheck: { test: healthTest, interval: "5s", timeout: "3s", start_period: "30s" },
    // Only one task can publish a port of the host, so the old proxy stops before the new one starts.
    deploy: { ...byName, ...rollout("stop-first") },
  };
};
