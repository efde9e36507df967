/** The memory, the share of the processor, the processes and the logs of each service. */
import type { Catalog } from "../../../apps/catalog.ts";
import { integer, mebibytes, text } from "../core/exactly.ts";
import { memoryMiB } from "../core/proxy-needs.ts";
import type { Role, ServiceRule } from "./service.ts";

/** Postgres has a process for each of its 200 connections, and more; a replica a thread for each request. */
const processes: Readonly<Partial<Record<Role, readonly [least: number, most: number]>>> = {
  postgres: [250, 512],
  application: [128, 512],
  // Three browsers.
  tests: [1024, 4096],
};

/** The smallest sum in which the service was seen to do its work, or that which its own limits allow it to use. */
function memoryOf(role: Role, ofApplication: number, catalog: Catalog): unknown {
  if (role === "application" || role === "prepare") return `${ofApplication}M`;
  const proxy = memoryMiB(catalog);
  if (role === "reverse-proxy") return mebibytes(Math.floor(proxy), Math.ceil(proxy) + 2);
  // 128 MiB of shared buffers, as much for everything that all connections share, and 4 MiB for each connection.
  return role === "postgres" ? mebibytes(1024, 32_768) : mebibytes(64, 32_768);
}

/**
 * An application weighs the same however many replicas it has, each replica at least what a container without a weight has, and
 * what all of them need as much as all of them.
 */
function weightOf(role: Role, replicas: number, catalog: Catalog): unknown {
  const application = 1024 * Math.max(...Object.values(catalog).map((app) => app.replicas));
  if (role === "application") return Math.round(application / replicas);
  const all = application * Object.keys(catalog).length;
  return role === "reverse-proxy" || role === "postgres" ? Math.min(all, 262_144) : undefined;
}

export const limits: ServiceRule = {
  name: "each service has limits, and a log that ends",
  reason: "A service without limits takes the memory, the processor, the processes or the disk that the others need.",
  keys: ["deploy.resources", "cpu_shares", "logging", "labels"],
  expected: ({ role, app, keys, place, catalog }) => ({
    // Swarm has no weights.
    cpu_shares: place === "production" ? undefined : weightOf(role, app.replicas, catalog),
    "deploy.resources": {
      limits: { memory: memoryOf(role, app.memory, catalog), pids: integer(...(processes[role] ?? [32, 256])) },
    },
    logging: {
      driver: "json-file",
      options: { "max-size": text(/^[1-9]\d?m$/u), "max-file": text(/^[2-9]$/u) },
    },
    // The rule about changed files compares the hash.
    labels: ["reverse-proxy", "prometheus"].includes(role) ? keys["labels"] : undefined,
  }),
};
