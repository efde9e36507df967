/**
 * How many connections, files and how much memory the reverse proxy may use, and how they are divided. nginx.conf states the
 * sums, and docs/reliability.md explains them. Pure.
 */
import { type AppSpec, type Catalog, routed } from "../../apps/catalog.ts";

/**
 * nginx's processes: at least so many. Each listens itself (`reuseport`), so the kernel spreads the clients evenly, by their
 * ports. The limit of open files is one of a process, and some machines allow a process 20,000: more applications need more.
 */
const fewestWorkers = 4;
const filesPerProcess = 19_900;

/** The share of a process is larger by this part, since the kernel's spread is random: of 30,000 clients it is off by 1 %. */
const spread = 1.1;

/** A flood of 5,000 slow requests to one application leaves room for a thousand others. */
export const requestsPerApplication = 6000;

/** Connections without a complete request: idle ones and those that send their request's head slowly. */
const waitingConnections = 6000;

/** For the landing page, the health check, and connections to the engine's DNS. */
const reservedConnections = 512;

/** Ten browsers open six connections each to a replica of four threads, and none of them is refused. */
const requestsPerThread = 16;

/** Requests that one replica may be working on or have queued; nginx refuses further ones at once. */
export const requestsPerReplica = ({ threads }: AppSpec): number => requestsPerThread * threads;

/** A rollout starts one new replica before it stops an old one. */
export const addressesOf = ({ replicas }: AppSpec): number => replicas + 1;

/**
 * The share of one address on the internet. A page loads about 30 files: 100 requests a second are three pages a second, and
 * the burst is 32 pages at once. An address of a private network, or of a trusted proxy, is not limited: many people share it.
 */
export const perClient = { requestsPerSecond: 100, burst: 1000, requests: 256, bodies: 4 } as const;

/** Bodies of 10,000 bytes and more are kept in files until they are complete. */
export const bodies = { perApplication: 16, maxMiB: 2 } as const;

const bodyBuffer = 16;
const headerBuffers = { count: 4, size: 8 };
const responseBuffers = { head: 8, count: 8, size: 4 };
/** Sizes in KiB, as nginx.conf states them. */
export const buffers = { bodyBuffer, headerBuffers, responseBuffers } as const;

/** nginx's own structures for one connection: its pool, that of the request, and the first kilobyte of the head. */
const kibPerConnection = 6;
/** nginx allocates these for every connection when it starts. */
const bytesPerSlot = 424;

export interface ProxyCapacity {
  readonly clients: number;
  readonly waiting: number;
  readonly upstream: number;
  readonly reserved: number;
  /** The sum of the above. */
  readonly connections: number;
  /** Processes. */
  readonly workers: number;
  /** Of one process. */
  readonly perWorker: { readonly connections: number; readonly files: number };
  /** MiB for request bodies, in /tmp. */
  readonly bodiesMiB: number;
  /** MiB for responses that clients read slowly. */
  readonly responsesMiB: number;
  readonly memoryMiB: number;
}

export function proxyCapacity(catalog: Catalog): ProxyCapacity {
  const apps = routed(catalog).map(([, app]) => app);
  const clients = apps.length * requestsPerApplication;
  const upstream = apps.reduce((sum, app) => sum + addressesOf(app) * requestsPerReplica(app), 0);
  const connections = clients + waitingConnections + upstream + reservedConnections;
  // A connection may have a file, in which its body or its response is kept.
  const workers = Math.max(fewestWorkers, Math.ceil((2 * connections * spread) / filesPerProcess));
  const share = Math.ceil((connections / workers) * spread);
  const bodiesMiB = apps.length * bodies.perApplication * bodies.maxMiB + 16;
  const responsesMiB = 64;
  const kib =
    waitingConnections * (kibPerConnection + headerBuffers.count * headerBuffers.size) +
    clients * (kibPerConnection + responseBuffers.head + responseBuffers.count * responseBuffers.size) +
    (workers * share * bytesPerSlot) / 1024;
  return {
    clients,
    waiting: waitingConnections,
    upstream,
    reserved: reservedConnections,
    connections,
    workers,
    perWorker: { connections: share, files: 2 * share },
    bodiesMiB,
    responsesMiB,
    memoryMiB: Math.ceil(kib / 1024) + bodiesMiB + responsesMiB,
  };
}
