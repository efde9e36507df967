/** The connections and the memory that the proxy needs for a catalog. Pure. */
import { type Catalog, routed } from "../../../apps/catalog.ts";

/** A flood of 5,000 requests to one application leaves 1,000 for others. */
const requestsPerApplication = 6000;
const waiting = 6000;
const reserved = 512;

const applications = (catalog: Catalog) => routed(catalog).map(([, app]) => app);
const requestsIn = (catalog: Catalog): number => requestsPerApplication * applications(catalog).length;

/** The kernel spreads the clients over the processes by chance, so each process has a tenth more than its share. */
export function connections(catalog: Catalog): number {
  // A rollout starts one new replica before it stops an old one, and a replica has 16 requests for each thread.
  const toReplicas = applications(catalog).map(({ replicas, threads }) => (replicas + 1) * 16 * threads);
  return 1.1 * toReplicas.reduce((sum, one) => sum + one, requestsIn(catalog) + waiting + reserved);
}

/** MiB in /tmp: 16 bodies of 2 MiB for each application, and the settings. */
export const bodiesMiB = (catalog: Catalog): number => 16 * 2 * applications(catalog).length + 16;

/** MiB in /var/tmp, for responses that clients read slowly. */
export const responsesMiB = 64;

/** MiB: a waiting connection has 6 KiB and four buffers of 8 KiB, a request 6 KiB and nine buffers of 40 KiB in total. */
export const memoryMiB = (catalog: Catalog): number =>
  (waiting * (6 + 4 * 8) + requestsIn(catalog) * (6 + 8 + 8 * 4)) / 1024 +
  (connections(catalog) * 424) / 1024 ** 2 +
  bodiesMiB(catalog) +
  responsesMiB;
