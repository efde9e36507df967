/** Ports on the host. Pure. */
import { catalog } from "../apps/catalog.ts";
import { UserError } from "./user-error.ts";

/** Ports on the host. Those of the applications keep their last digit: 9001 is 19001 over a base of 19000. */
export interface Ports {
  readonly http: number;
  readonly base: number;
}
export const usualPorts: Ports = { http: 80, base: 9000 };

/** @throws UserError that names the option or variable in which the port was written */
export function parsePort(name: string, written: string): number {
  const value = Number(written);
  if (!Number.isInteger(value) || value < 1 || value > 65_000)
    throw new UserError(`${name} is ${JSON.stringify(written)}, which is not a port`, "Give a number from 1 to 65000");
  return value;
}

export const portOf = (name: keyof typeof catalog, ports: Ports): number =>
  catalog[name].publishedPort - usualPorts.base + ports.base;
