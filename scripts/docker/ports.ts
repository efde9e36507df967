/** Who holds the ports that the stack needs: asked before anything is built. */
import { appNames } from "../../apps/catalog.ts";
import type { Effects } from "../core/effects.ts";
import type { PortState } from "../core/port-probe.ts";
import { UserError } from "../../contract/user-error.ts";
import { type Ports, portOf } from "../../contract/ports.ts";

/** What a stack publishes on the host. */
export const stackPorts = (ports: Ports): readonly number[] => [
  ports.http,
  ...appNames.map((app) => portOf(app, ports)),
];

/** What publishes ports already: a running engine, as far as this project uses it. */
export interface Publisher {
  /** Ports of what the run will replace. */
  readonly ours: ReadonlySet<number>;
  /** The engine is no more permitted than its user. */
  readonly rootless: boolean;
}

/** Pure: what is wrong, a line for each reason; what our own running stack holds is no conflict. */
export function portConflicts(
  states: ReadonlyMap<number, PortState>,
  { ours, rootless }: Publisher,
): readonly string[] {
  const foreign = [...states.keys()].filter((port) => !ours.has(port)).toSorted((one, other) => one - other);
  const told = (state: PortState, what: string) => {
    const ports = foreign.filter((port) => states.get(port) === state);
    if (ports.length === 0) return [];
    return [ports.length === 1 ? `port ${ports[0]} is ${what}` : `ports ${and.format(ports.map(String))} are ${what}`];
  };
  return [
    ...told("taken", "taken by another program"),
    ...(rootless ? told("not permitted", "not permitted to an engine without root") : []),
  ];
}

const and = new Intl.ListFormat("en");

/** Throws UserError that names each conflict. */
export async function checkPorts(needed: readonly number[], publisher: Publisher, fx: Effects): Promise<void> {
  const states = new Map(await Promise.all(needed.map(async (port) => [port, await fx.probePort(port)] as const)));
  const conflicts = portConflicts(states, publisher);
  if (conflicts.length > 0)
    throw new UserError(
      conflicts.join("; "),
      "End what holds it, or choose other ports: npm start -- --http-port 8080 --port-base 19000",
    );
}

/** Host ports in `docker ps --format {{.Ports}}`, such as `0.0.0.0:80->80/tcp, [::]:9001-9004->9001-9004/tcp`. */
export const publishedPorts = (written: string): ReadonlySet<number> =>
  new Set(
    [...written.matchAll(/:(\d+)(?:-(\d+))?->/gu)].flatMap(([, first, last = first]) =>
      Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
    ),
  );
