/** What no type can say about the catalog: every finding names the application and what to change. */
import type { Catalog } from "../apps/catalog.ts";
import { databaseConnections, metricsPort } from "./stack/services.ts";

/** A start-first roll runs old and new replicas side by side. */
const duringRoll = 2;
/** Kept for Postgres's administrator and for the one-shots. */
const reserved = 20;

export function catalogFindings(catalog: Catalog): readonly string[] {
  const apps = Object.entries(catalog);
  const needed =
    duringRoll * apps.reduce((sum, [, app]) => sum + app.replicas * (app.threads + (app.moreConnections ?? 0)), 0);
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
        : [`${name}: the route ${JSON.stringify(app.route)} must begin and end with a slash, such as "/${name}/"`]),
      ...(/^[a-z][a-z0-9-]*$/u.test(name) ? [] : [`${name}: a name is lower-case letters, digits and dashes`]),
      ...(app.publishedPort > 9000 && app.publishedPort < 9100
        ? []
        : [`${name}: publishedPort ${app.publishedPort} is not between 9001 and 9099`]),
      ...(app.port === metricsPort ? [`${name}: port ${metricsPort} is where it tells Prometheus; take another`] : []),
      ...(app.replicas >= 1 ? [] : [`${name}: replicas is ${app.replicas}; at least 1`]),
      ...(app.replicas > 1 && app.route === null
        ? [`${name}: only one replica can hold the host's port ${app.publishedPort}; give it a route`]
        : []),
    ]),
    ...(needed <= available
      ? []
      : [
          `the replicas need ${needed} connections during a roll, and Postgres has ${available}: take fewer threads or replicas`,
        ]),
  ];
}

function clashes(values: readonly (readonly [string, string])[], what: string): readonly string[] {
  const holders = new Map<string, string>();
  return values.flatMap(([name, value]) => {
    const holder = holders.get(value);
    holders.set(value, holder ?? name);
    return holder === undefined ? [] : [`${name}: ${what} ${value} is already that of ${holder}; choose another`];
  });
}
