/** Whether a program could listen on a port of this machine. */
import { connect, createServer } from "node:net";

export type PortState = "free" | "taken" | "not permitted";

/** A port below 1024 may be forbidden to us and still free for the engine: then a connection tells. */
export async function probePort(port: number): Promise<PortState> {
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
