/** The reverse proxy in the stack. Pure. */
import { type Catalog, routed } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";
import { frontNetwork, hardened, published, users } from "../services.ts";
import { byName, onHostPort, rollout, scratch } from "./service.ts";

export const proxy = (catalog: Catalog) => ({
  image: images.proxy,
  user: users.proxy,
  ...hardened,
  ports: [
    onHostPort(80, published("reverse-proxy", 80)),
    ...routed(catalog).map(([name, app]) => onHostPort(app.publishedPort, published(name, app.publishedPort))),
  ],
  volumes: scratch,
  configs: [
    { source: "nginx", target: "/etc/nginx/nginx.conf" },
    { source: "landing", target: "/usr/share/nginx/html/index.html" },
  ],
  networks: ["edge", ...routed(catalog).map(([name]) => frontNetwork(name))],
  healthcheck: {
    test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/healthz"],
    interval: "5s",
    timeout: "3s",
    start_period: "30s",
  },
  // Only one task can publish a port of the host, so the old proxy stops before the new one starts.
  deploy: { ...byName, ...rollout("stop-first") },
});
