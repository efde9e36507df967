/** Ports on the host. Pure. */
import { type AppName, appNames, catalog } from "../apps/catalog.ts";
import { UserError } from "./user-error.ts";

/** The proxy's port, and the base of the applications' ports: over a base of 19000, port 9001 becomes 19001. */
export interface Ports {
  readonly http: number;
  readonly base: number;
}
export const usualPorts: Ports = { http: 80, base: 9000 };

/**
 * @param name The option or variable that holds the port
 * @throws UserError that names it
 */
export function parsePort(name: string, written: string): number {
  const value = Number(written);
  if (!Number.isInteger(value) || value < 1 || value > 65_000)
    throw new UserError(`${name} is ${JSON.stringify(written)}, which is not a port`, "Use a number from 1 to 65000");
  return value;
}

export const portOf = (name: AppName, ports: Ports): number =>
  catalog[name].publishedPort - usualPorts.base + ports.base;

/** Ports of this machine that are not moved. */
const fixedPorts = [
  ["Prometheus", 9090],
  ["Grafana", 3000],
  ["the registry", 5050],
] as const;

/** @throws UserError that names two services that would publish one port */
export function requireDistinct(ports: Ports): Ports {
  const holders = new Map<number, string>(fixedPorts.map(([holder, port]) => [port, holder]));
  const published = [
    ["the proxy", ports.http] as const,
    ...appNames.map((name) => [name, portOf(name, ports)] as const),
  ];
  for (const [name, port] of published) {
    const holder = holders.get(port);
    if (holder !== undefined)
      throw new UserError(
        `Port ${port} would be the one of ${holder} and of ${name}`,
        `Choose another port for the proxy than ${ports.http}, or another base than ${ports.base}`,
      );
    holders.set(port, name);
  }
  return ports;
}
