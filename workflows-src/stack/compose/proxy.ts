/** The reverse proxy in a compose file. Pure. */
import { type Catalog, routed } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";
import { frontNetwork, published, users } from "../services.ts";
import { type Flavour, common, restart } from "./flavour.ts";

export const proxy = (catalog: Catalog, flavour: Flavour, configHash: string) => ({
  image: images.proxy,
  user: users.proxy,
  ...common,
  ...restart(flavour),
  ...(flavour === "live"
    ? {
        ports: [
          `${published("reverse-proxy", 80)}:80`,
          ...routed(catalog).map(([name, app]) => `${published(name, app.publishedPort)}:${app.publishedPort}`),
        ],
      }
    : {}),
  volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro", "./landing.html:/usr/share/nginx/html/index.html:ro"],
  labels: { "wmd.config": configHash },
  networks: ["edge", ...routed(catalog).map(([name]) => frontNetwork(name))],
  depends_on: routed(catalog).map(([name]) => name),
  healthcheck: {
    test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/healthz"],
    interval: "10s",
    timeout: "3s",
    start_period: "30s",
    start_interval: "300ms",
  },
});
