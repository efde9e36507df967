/** Checks that the stack's ports are free, before anything is built. */
import { appNames } from "../../apps/catalog.ts";
import type { Effects } from "../core/effects.ts";
import type { PortState } from "../core/port-probe.ts";
import { UserError } from "../../contract/user-error.ts";
import { type Ports, portOf } from "../../contract/ports.ts";

/** The ports that a stack publishes on the host. */
export const stackPorts = (ports: Ports): readonly number[] => [
  ports.http,
  ...appNames.map((app) => portOf(app, ports)),
];

/** The running engine, as far as ports are concerned. */
export interface Publisher {
  /** Ports that containers of ours publish: the run replaces them. */
  readonly ours: ReadonlySet<number>;
  /** The engine runs without root, so low ports may be forbidden to it. */
  readonly rootless: boolean;
}

/** One sentence for each kind of conflict; ports of our own containers are none. Pure. */
export function portConflicts(
  states: ReadonlyMap<number, PortState>,
  { ours, rootless }: Publisher,
): readonly string[] {
  const foreign = [...states.keys()].filter((port) => !ours.has(port)).toSorted((one, other) => one - other);
  const describe = (state: PortState, reason: string) => {
    const ports = foreign.filter((port) => states.get(port) === state);
    if (ports.length === 0) return [];
    return [
      ports.length === 1 ? `port ${ports[0]} is ${reason}` : `ports ${and.format(ports.map(String))} are ${reason}`,
    ];
  };
  return [
    ...describe("taken", "taken by another program"),
    ...(rootless ? describe("not permitted", "not permitted to an engine without root") : []),
  ];
}

const and = new Intl.ListFormat("en");

/** @throws UserError that names each conflict */
export async function checkPorts(needed: readonly number[], publisher: Publisher, fx: Effects): Promise<void> {
  const states = new Map(await Promise.all(needed.map(async (port) => [port, await fx.probePort(port)] as const)));
  const conflicts = portConflicts(states, publisher);
  if (conflicts.length > 0)
    throw new UserError(
      conflicts.join("; "),
      "Stop that program, or choose other ports: npm start -- --http-port 8080 --port-base 19000",
    );
}

/** Host ports in `docker ps --format {{.Ports}}`, such as `0.0.0.0:80->80/tcp, [::]:9001-9004->9001-9004/tcp`. */
export const publishedPorts = (written: string): ReadonlySet<number> =>
  new Set(
    [...written.matchAll(/:(\d+)(?:-(\d+))?->/gu)].flatMap(([, first, last = first]) =>
      Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
    ),
  );
