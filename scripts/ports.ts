/** Who holds the ports that the stack needs: asked before anything is built. */
import { createServer, connect } from "node:net";
import { appNames } from "../apps/catalog.ts";
import { StageError } from "./effects.ts";
import { type Ports, portOf } from "./release.ts";

export type PortState = "free" | "taken" | "not permitted";

export const neededPorts = (ports: Ports): readonly number[] => [
  ports.http,
  ...appNames.map((app) => portOf(app, ports)),
];

/** Pure: what is wrong, by port; those that our own running stack holds are no conflict. */
export function portConflicts(states: ReadonlyMap<number, PortState>, ours: ReadonlySet<number>): readonly string[] {
  return [...states].flatMap(([port, state]) =>
    state === "taken" && !ours.has(port) ? [`port ${port} is taken by another program`] : [],
  );
}

/** Throws StageError that names each conflict. `ours`: ports that the engine publishes for our own stack. */
export async function checkPorts(ports: Ports, ours: ReadonlySet<number>): Promise<void> {
  const states = new Map(
    await Promise.all(neededPorts(ports).map(async (port) => [port, await stateOf(port)] as const)),
  );
  const conflicts = portConflicts(states, ours);
  if (conflicts.length > 0)
    throw new StageError(
      conflicts.join("; "),
      "End that program, or choose other ports: npm start -- --http-port 8080 --port-base 19000",
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

/** Host ports in `docker ps --format {{.Ports}}`, such as `0.0.0.0:80->80/tcp, [::]:80->80/tcp`. */
export const publishedPorts = (written: string): ReadonlySet<number> =>
  new Set([...written.matchAll(/:(\d+)->/gu)].map(([, port]) => Number(port)));
