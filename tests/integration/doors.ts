/** Where the applications are asked from inside the networks of the test stack: what a visitor's address begins with. */
import { type AppName, type AppSpec, appNames, catalog } from "../../apps/catalog.ts";

export const proxy = "http://reverse-proxy";

/** One way in to one application. */
export interface Door {
  readonly app: AppName;
  /** As the report calls it. */
  readonly name: string;
  readonly origin: string;
  /** What every path of the application begins with: its route without the last slash, or nothing. */
  readonly prefix: string;
  /** The port of the machine at which a visitor finds the application at its root. */
  readonly publishedPort: number;
}

export const spec = (app: AppName): AppSpec => catalog[app];

/** The application at its own port, and under its route where it has one. Without the proxy, the container is the port. */
export function doorsOf(app: AppName): readonly Door[] {
  const { route, port, publishedPort } = spec(app);
  const atPort = { app, publishedPort, name: `${app} at ${publishedPort}`, prefix: "" };
  if (route === null) return [{ ...atPort, origin: `http://${app}:${port}` }];
  return [
    { ...atPort, name: `${app} at ${route}`, origin: proxy, prefix: route.slice(0, -1) },
    { ...atPort, origin: `${proxy}:${publishedPort}` },
  ];
}

export const doors: readonly Door[] = appNames.flatMap(doorsOf);

/** Those under a route of port 80. */
export const routes: readonly Door[] = doors.filter(({ prefix }) => prefix !== "");

/** An address of the application: `path` begins with a slash and knows nothing of the prefix. */
export const at = ({ origin, prefix }: Door, path: string): string => `${origin}${prefix}${path}`;

/** Whether an address belongs to the application as this door shows it. */
export function isInside({ origin, prefix }: Door, address: string): boolean {
  const url = new URL(address);
  return url.origin === origin && url.pathname.startsWith(`${prefix}/`);
}

/** Rows of a table of tests, each under its name: "%s" is the first of a row. */
export const named = <Row extends { readonly name: string }>(
  rows: readonly Row[],
): readonly (readonly [string, Row])[] => rows.map((row) => [row.name, row]);
