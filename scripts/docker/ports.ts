/** Who holds the ports that the stack needs: asked before anything is built. */
import { createServer, connect } from "node:net";
import { appNames } from "../../apps/catalog.ts";
import { UserError } from "../../contract/user-error.ts";
import { type Ports, portOf } from "../../contract/ports.ts";

export type PortState = "free" | "taken" | "not permitted";

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
export async function checkPorts(needed: readonly number[], publisher: Publisher): Promise<void> {
  const states = new Map(await Promise.all(needed.map(async (port) => [port, await stateOf(port)] as const)));
  const conflicts = portConflicts(states, publisher);
  if (conflicts.length > 0)
    throw new UserError(
      conflicts.join("; "),
      "End what holds it, or choose other ports: npm start -- --http-port 8080 --port-base 19000",
    );
}

/** A port below 1024 may be forbidden to us and still free for the engine: then a connection tells. */
async function stateOf(port: number): Promise<PortState> {
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((done) => {
    const server = createServer();
    server.once("error", done);
    server.listen({ port, host: "0.0.0.0", exclusive: true }, () => server.close(() => done(undefined)));
  });
  if (failure === undefined) return "free";
  if (failure.code === "EADDRINUSE") return "taken";
  return (await answers(port)) ? "taken" : "not permitted";
}

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 1000 });
    const finish = (connected: boolean) => {
      socket.destroy();
      done(connected);
    };
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
    socket.once("timeout", () => finish(false));
  });

/** Host ports in `docker ps --format {{.Ports}}`, such as `0.0.0.0:80->80/tcp, [::]:9001-9004->9001-9004/tcp`. */
export const publishedPorts = (written: string): ReadonlySet<number> =>
  new Set(
    [...written.matchAll(/:(\d+)(?:-(\d+))?->/gu)].flatMap(([, first, last = first]) =>
      Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
    ),
  );
