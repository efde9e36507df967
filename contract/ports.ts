/** Ports on the host. Pure. */
import { catalog } from "../apps/catalog.ts";
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

export const portOf = (name: keyof typeof catalog, ports: Ports): number =>
  catalog[name].publishedPort - usualPorts.base + ports.base;
