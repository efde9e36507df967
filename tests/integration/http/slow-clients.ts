/** Clients that are slow or silent, each on a connection of its own. */
import { type Socket, connect } from "node:net";
import { type Endpoint, urlAt } from "./endpoints.ts";

/** Connections that are being opened at the same time. */
const openedAtOnce = 250;
const trickleMs = 500;
const hugeBytes = 2_000_000_000;

export interface Attack {
  readonly name: string;
  /** At each endpoint. */
  readonly connections: number;
  /** Whether each connection waits until it is refused. */
  readonly refused?: true;
  /** @param styleSheet the path of a file of the endpoint */
  readonly begin: (socket: Socket, path: string, styleSheet: string) => void;
}

const head = (method: string, path: string, ...headers: readonly string[]): string =>
  [`${method} ${path} HTTP/1.1`, "Host: reverse-proxy", ...headers, ""].join("\r\n");

export const attacks: readonly Attack[] = [
  { name: "idle connections", connections: 5000, begin: () => undefined },
  {
    name: "heads that never end",
    connections: 500,
    begin: (socket, path) => {
      socket.write(head("GET", path));
      trickle(socket, () => socket.write("X-Slow: a\r\n"));
    },
  },
  {
    name: "bodies that never end",
    connections: 500,
    begin: (socket, path) => {
      socket.write(`${head("POST", path, "Content-Length: 1000")}\r\n`);
      trickle(socket, () => socket.write("a"));
    },
  },
  {
    name: "responses that nobody reads",
    connections: 8,
    begin: (socket, _, styleSheet) => {
      socket.pause();
      socket.write(`${head("GET", styleSheet)}\r\n`.repeat(8));
    },
  },
  {
    name: "bodies of 2 GB",
    connections: 4,
    refused: true,
    begin: (socket, path) => {
      socket.write(`${head("POST", path, `Content-Length: ${hugeBytes}`)}\r\n`);
      pour(socket, (block) => block);
    },
  },
  {
    name: "bodies of 2 GB in chunks",
    connections: 4,
    refused: true,
    begin: (socket, path) => {
      socket.write(`${head("POST", path, "Transfer-Encoding: chunked")}\r\n`);
      pour(socket, (block) => `10000\r\n${block}\r\n`);
    },
  },
];

function trickle(socket: Socket, action: () => void): void {
  const timer = setInterval(action, trickleMs);
  socket.on("close", () => clearInterval(timer));
}

/** Sends a body as fast as the other side takes it, until a response begins. */
function pour(socket: Socket, encode: (block: string) => string): void {
  const block = encode("x".repeat(65_536));
  let sent = 0;
  const send = (): void => {
    while (sent < hugeBytes && !socket.destroyed && socket.bytesRead === 0) {
      sent += block.length;
      if (!socket.write(block)) return;
    }
  };
  socket.on("drain", send);
  send();
}

/** What became of a connection: the status of its response, or how it ended without one. */
export type Ending = number | "closed by the server" | "open";

export interface SlowClients {
  /** Only of connections that wait to be refused. */
  readonly endings: readonly Promise<Ending>[];
  readonly end: () => void;
}

/** Opens the connections of an attack at one endpoint. @param styleSheet the path of a file of the endpoint */
export async function openSlowClients(
  { connections, begin, refused }: Attack,
  endpoint: Endpoint,
  styleSheet: string,
): Promise<SlowClients> {
  const { hostname, port, pathname } = new URL(urlAt(endpoint, "/"));
  const sockets: Socket[] = [];
  const endings: Promise<Ending>[] = [];
  const over = new AbortController();
  const open = async (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(Number(port || 80), hostname);
      sockets.push(socket);
      if (refused) endings.push(endingOf(socket, over.signal));
      // The server may end such a connection at any time.
      socket.on("error", () => resolve());
      socket.on("connect", () => {
        begin(socket, pathname, styleSheet);
        resolve();
      });
    });
  while (sockets.length < connections)
    await Promise.all(Array.from({ length: Math.min(openedAtOnce, connections - sockets.length) }, open));
  return {
    endings,
    end: () => {
      over.abort();
      // A port of this container is free at once after a reset.
      sockets.forEach((socket) => socket.resetAndDestroy());
    },
  };
}

const endingOf = async (socket: Socket, over: AbortSignal): Promise<Ending> =>
  new Promise((resolve) => {
    over.addEventListener("abort", () => resolve("open"));
    socket.once("close", () => resolve("closed by the server"));
    socket.once("data", (data) => {
      const [, status] = /^HTTP\/1\.1 (\d+)/u.exec(data.toString("latin1")) ?? [];
      resolve(status === undefined ? "closed by the server" : Number(status));
    });
  });
