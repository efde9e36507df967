/** The memory, the processor, the processes, the logs and the scratch space of each service: none takes what others need. Pure. */
import type { AppSpec, Catalog } from "../../apps/catalog.ts";
import { databaseConnections } from "./services.ts";
import { proxyCapacity } from "./proxy-capacity.ts";

interface Limits {
  /** MiB, with the files in its temporary file systems. About four times what the service uses. */
  readonly memory: number;
  readonly processes: number;
}

/** Threads count as processes. A health check starts one more. */
const processesPerReplica = 256;

/** Postgres: its shared buffers have 128 MiB, and the memory of one query (`work_mem`) is 4 MiB. */
const databaseMemory = 128 + 128 + 4 * databaseConnections;

const script: Limits = { memory: 128, processes: 64 };

const ownServices = (catalog: Catalog): Readonly<Record<string, Limits>> => ({
  "reverse-proxy": { memory: proxyCapacity(catalog).memoryMiB, processes: 64 },
  ready: script,
  // One process for each connection, and those that Postgres runs in the background.
  postgres: { memory: databaseMemory, processes: databaseConnections + 100 },
  "postgres-setup": script,
  secrets: script,
  prometheus: { memory: 512, processes: 256 },
  grafana: { memory: 512, processes: 256 },
  // Three browsers and the programs that drive them.
  tests: { memory: 6144, processes: 4096 },
  "stripe-fake": { memory: 256, processes: 128 },
  "stripe-mock": { memory: 512, processes: 128 },
});

function limitsOf(service: string, catalog: Catalog): Limits {
  const app = catalog[service] ?? catalog[service.replace(/-prepare$/u, "")];
  const limits = app ? { memory: app.memory, processes: processesPerReplica } : ownServices(catalog)[service];
  if (limits === undefined) throw new Error(`resources.ts has no limits for the service ${service}`);
  return limits;
}

/** The engine keeps the newest 30 MB of the log of each container. */
const logging = { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } } as const;

/** Adds the limits to all services of a file: none is without. Compose and swarm read the same keys. */
export const withLimits = (
  services: Readonly<Record<string, object & { readonly deploy?: object }>>,
  catalog: Catalog,
): Readonly<Record<string, object>> =>
  Object.fromEntries(
    Object.entries(services).map(([name, service]) => {
      const { memory, processes } = limitsOf(name, catalog);
      const resources = { limits: { memory: `${memory}M`, pids: processes } };
      return [name, { ...service, logging, deploy: { ...service.deploy, resources } }];
    }),
  );

/** A container without a weight has the least, so that no replica is behind other work of the machine. */
const weights = { least: 1024, most: 262_144 } as const;

/**
 * Processor time is divided by weight while there is too little of it. All replicas of an application together weigh the same
 * as those of any other: a flood of requests gets the share of one application.
 */
const applicationWeight = (catalog: Catalog): number =>
  weights.least * Math.max(...Object.values(catalog).map(({ replicas }) => replicas));

export const replicaWeight = ({ replicas }: AppSpec, catalog: Catalog): number =>
  Math.round(applicationWeight(catalog) / replicas);

/** The proxy and the database work for every application. */
export const sharedWeight = (catalog: Catalog): number =>
  Math.min(weights.most, applicationWeight(catalog) * Object.keys(catalog).length);

/** MiB of /tmp, which is memory. */
export const scratchMiB = 64;

/** A temporary file system of a compose file. Its size is a limit; it takes what its files take. */
export const tmpfs = (path: string, sizeMiB: number = scratchMiB, ...options: readonly string[]): string =>
  `${path}:${[...options, `size=${sizeMiB}m`].join(",")}`;
