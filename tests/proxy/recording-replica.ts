/** A replica that records each request, and that fails as the path says. */
import { type IncomingHttpHeaders, type Server, createServer } from "node:http";

export interface Received {
  readonly app: string;
  readonly address: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of the connection: a kept connection has the same one twice. */
  readonly clientPort: number;
}

/** `/cut` closes the connection, `/hang` never answers, `/status/503` answers so, `/to/x` redirects to `/x`. */
export async function recordingReplica(
  app: string,
  address: string,
  port: number,
  record: (received: Received) => void,
): Promise<Server> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers, socket } = request;
      record({
        app,
        address,
        method,
        url,
        headers,
        body: Buffer.concat(parts).toString(),
        clientPort: socket.remotePort ?? 0,
      });
      const [, status = "200"] = /^\/status\/(\d+)/u.exec(url) ?? [];
      const [, target] = /^\/to(\/.*)$/u.exec(url) ?? [];
      if (url.startsWith("/cut")) request.socket.destroy();
      else if (url.startsWith("/hang")) return;
      else if (target !== undefined) response.writeHead(302, { location: target }).end();
      else
        response
          .writeHead(Number(status), { "content-type": "text/plain", "x-of-the-application": "kept" })
          .end(`${app} at ${address}`);
    });
  });
  await new Promise<void>((resolve, reject) => server.on("error", reject).listen(port, address, resolve));
  return server;
}
