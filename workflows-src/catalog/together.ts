/** Rules about all applications together. Pure. */
import type { AppSpec, Catalog } from "../../apps/catalog.ts";
import { databaseConnections } from "../stack/services.ts";
import { found } from "./entry.ts";

/** Each value of the field is that of one application only. */
export const clashes = (catalog: Catalog, field: "publishedPort" | "image" | "title"): readonly string[] => {
  const holders = new Map<string | number, string>();
  return Object.entries(catalog).flatMap(([name, app]) => {
    const value = app[field];
    const holder = holders.get(value);
    holders.set(value, holder ?? name);
    return holder === undefined
      ? []
      : [found({ name, app }, field, value, `that is already the one of ${holder}; use another one`)];
  });
};

/** During a start-first update old and new replicas run side by side. */
const replicaSets = 2;
/** Connections that are kept for the administrator of Postgres and for one-shot services. */
const reserved = 20;

const perReplica = ({ threads, moreConnections = 0 }: AppSpec): number => threads + moreConnections;

export const connections = (catalog: Catalog): readonly string[] => {
  const needed = replicaSets * Object.values(catalog).reduce((sum, app) => sum + app.replicas * perReplica(app), 0);
  const available = databaseConnections - reserved;
  return needed <= available
    ? []
    : [
        `the replicas need ${needed} connections during an update, and Postgres has ${available}; use fewer threads or replicas`,
      ];
};

/** The networks that an engine can make with its usual address pools: 15 of 172.17.0.0/12 and 16 of 192.168.0.0/16. */
const usualPools = 31;

/** The stack has a front and a database network for each application, and three others. */
const networksOf = (catalog: Catalog): number => 2 * Object.keys(catalog).length + 3;

/**
 * No defect, because the engine can be given more: this project's own engine has 256. The engine itself says only that it
 * found no available address pool.
 */
export const networkNotice = (catalog: Catalog): string | undefined => {
  const needed = networksOf(catalog);
  return needed <= usualPools
    ? undefined
    : `The stack has ${needed} networks, and an engine with its usual address pools has room for ${usualPools}: set default-address-pools in its daemon.json, such as [{"base": "10.200.0.0/16", "size": 24}]`;
};
