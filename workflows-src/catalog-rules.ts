/** The rules of the catalog that types cannot express. A finding names the application and what to change. Pure. */
import type { Catalog } from "../apps/catalog.ts";
import { databaseConnections, metricsPort } from "./stack/services.ts";

/** During a start-first update old and new replicas run side by side. */
const replicaSets = 2;
/** Connections that are kept for the administrator of Postgres and for one-shot services. */
const reserved = 20;

export function catalogFindings(catalog: Catalog): readonly string[] {
  const apps = Object.entries(catalog);
  const needed =
    replicaSets * apps.reduce((sum, [, app]) => sum + app.replicas * (app.threads + (app.moreConnections ?? 0)), 0);
  const available = databaseConnections - reserved;
  return [
    ...clashes(
      apps.map(([name, app]) => [name, String(app.publishedPort)]),
      "publishedPort",
    ),
    ...clashes(
      apps.flatMap(([name, app]) => (app.route === null ? [] : [[name, app.route]])),
      "route",
    ),
    ...clashes(
      apps.map(([name, app]) => [name, app.image]),
      "image",
    ),
    ...apps.flatMap(([name, app]) => [
      ...(app.route === null || /^\/(?:[a-z0-9-]+\/)+$/u.test(app.route)
        ? []
        : [
            `${name}: the route ${JSON.stringify(app.route)} is not a path of lower-case letters, digits and dashes between slashes, such as "/${name}/"`,
          ]),
      ...(/^[a-z][a-z0-9-]*$/u.test(name) ? [] : [`${name}: a name has lower-case letters, digits and dashes only`]),
      ...(app.publishedPort > 9000 && app.publishedPort < 9100
        ? []
        : [`${name}: publishedPort ${app.publishedPort} is not between 9001 and 9099`]),
      ...(app.port === metricsPort ? [`${name}: port ${metricsPort} serves the metrics; use another port`] : []),
      ...(app.replicas >= 1 ? [] : [`${name}: replicas is ${app.replicas}; use at least 1`]),
      ...(app.replicas > 1 && app.route === null
        ? [
            `${name}: several replicas cannot publish port ${app.publishedPort} of the host; add a route, or use one replica`,
          ]
        : []),
    ]),
    ...(needed <= available
      ? []
      : [
          `the replicas need ${needed} connections during an update, and Postgres has ${available}; use fewer threads or replicas`,
        ]),
  ];
}

function clashes(values: readonly (readonly [string, string])[], what: string): readonly string[] {
  const holders = new Map<string, string>();
  return values.flatMap(([name, value]) => {
    const holder = holders.get(value);
    holders.set(value, holder ?? name);
    return holder === undefined ? [] : [`${name}: ${what} ${value} is already that of ${holder}; use another`];
  });
}
