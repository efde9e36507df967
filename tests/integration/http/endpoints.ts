/** The addresses at which the applications answer inside the networks of the test stack. */
import { type AppName, type AppSpec, appNames, catalog } from "../../../apps/catalog.ts";

/** Port 80 of the reverse proxy. */
export const proxy = "http://reverse-proxy";

/** One of the addresses of an application: its route on port 80 of the proxy, or its own port. */
export interface Endpoint {
  readonly app: AppName;
  /** The endpoint's name in test titles and reports. */
  readonly name: string;
  readonly origin: string;
  /** The route without its trailing slash; empty where the application answers at the root. */
  readonly prefix: string;
  /** The port of the host at which a visitor finds the application at its root. */
  readonly publishedPort: number;
}

export const specOf = (app: AppName): AppSpec => catalog[app];

/** The route, where the application has one, then the port. An application without a route publishes its container's port. */
export function endpointsOf(app: AppName): readonly [Endpoint, ...Endpoint[]] {
  const { route, port, publishedPort } = specOf(app);
  const atPort = { app, publishedPort, name: `${app} at ${publishedPort}`, prefix: "" };
  if (route === null) return [{ ...atPort, origin: `http://${app}:${port}` }];
  return [
    { ...atPort, name: `${app} at ${route}`, origin: proxy, prefix: route.slice(0, -1) },
    { ...atPort, origin: `${proxy}:${publishedPort}` },
  ];
}

export const endpoints: readonly Endpoint[] = appNames.flatMap(endpointsOf);

/** The endpoints below a route of port 80. */
export const routedEndpoints: readonly Endpoint[] = endpoints.filter(({ prefix }) => prefix !== "");

/** @param path begins with a slash and does not contain the prefix */
export const urlAt = ({ origin, prefix }: Endpoint, path: string): string => `${origin}${prefix}${path}`;

/** Whether a URL belongs to the application as this endpoint shows it. */
export function isInside({ origin, prefix }: Endpoint, address: string): boolean {
  const url = new URL(address);
  return url.origin === origin && url.pathname.startsWith(`${prefix}/`);
}
