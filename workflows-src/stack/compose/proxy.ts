/** The reverse proxy in a compose file. Pure. */
import { type Catalog, routed } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";
import { proxyCapacity } from "../proxy-capacity.ts";
import {
  bodiesFolder,
  healthTest,
  proxyProcess,
  publicSettings,
  publishedPorts,
  responsesFolder,
  startScript,
} from "../proxy-settings.ts";
import { sharedWeight, tmpfs } from "../resources.ts";
import { frontNetwork, published, users } from "../services.ts";
import { type Flavour, common, restart } from "./flavour.ts";

export const proxy = (catalog: Catalog, flavour: Flavour, configHash: string) => {
  const { bodiesMiB, responsesMiB } = proxyCapacity(catalog);
  return {
    image: images.proxy,
    user: users.proxy,
    ...common,
    tmpfs: [tmpfs(bodiesFolder, bodiesMiB), tmpfs(responsesFolder, responsesMiB)],
    ...proxyProcess(catalog),
    cpu_shares: sharedWeight(catalog),
    ...restart(flavour),
    ...(flavour === "live"
      ? {
          ports: [
            `${published("reverse-proxy", 80)}:80`,
            ...routed(catalog).map(([name, app]) => `${published(name, app.publishedPort)}:${app.publishedPort}`),
          ],
        }
      : {}),
    environment:
      flavour === "live"
        ? publicSettings(catalog)
        : { PUBLISHED_PORTS: publishedPorts(catalog, (_, usual) => String(usual)) },
    volumes: [
      "./nginx.conf:/etc/nginx/nginx.conf:ro",
      "./landing.html:/usr/share/nginx/html/index.html:ro",
      `${startScript.source}:${startScript.target}:ro`,
    ],
    labels: { "wmd.config": configHash },
    networks: ["edge", ...routed(catalog).map(([name]) => frontNetwork(name))],
    depends_on: routed(catalog).map(([name]) => name),
    healthcheck: {
      test: healthTest,
      interval: "10s",
      timeout: "3s",
      start_period: "30s",
      start_interval: "300ms",
    },
  };
};
