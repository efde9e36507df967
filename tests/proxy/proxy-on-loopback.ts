/**
 * The committed nginx.conf, started by the real start script on loopback addresses of this machine, in front of recording
 * replicas. Only folders, addresses of listeners and the name server are replaced, and replicas and slow bodies are waited for one second.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Catalog, routed } from "../../apps/catalog.ts";
import type { Effects } from "../../scripts/core/effects.ts";
import { nameServer } from "./name-server.ts";
import type { NginxProgram } from "./nginx-program.ts";
import { type Received, recordingReplica } from "./recording-replica.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What reached a replica because of this request. */
  readonly received: readonly Received[];
}
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Proxy {
  /** @param port 80, or the port of an application, as nginx.conf has it */
  readonly send: (port: number, path: string, sent?: Sent) => Promise<Reply>;
  /** The names that nginx finds. */
  readonly addresses: Map<string, readonly string[]>;
  readonly replicaOf: (app: string, index: 1 | 2) => string;
  /** The address of a replica that is gone: nobody listens there. */
  readonly gone: string;
  readonly stop: () => Promise<void>;
}

/** Ports below 1024 would need root; from 29000 on are those that the end-to-end tests deploy to. */
const movedBy = 12_000;
const waitedFor = "1s";

/** Addresses of this machine that no other test uses. */
const addressesOf = (block: number) => (host: number) => `127.${64 + (process.pid % 128)}.${block}.${host}`;

/** Of the replicas of each application. */
const indexes = [1, 2] as const;

let started = 0;

export interface ProxySettings {
  /** The text of nginx.conf. */
  readonly configuration: string;
  readonly catalog: Catalog;
  /** What the start script reads. */
  readonly env: Readonly<Record<string, string>>;
  /** Replicas of each application that nginx finds at first. */
  readonly replicas?: number;
}

export async function startProxy(
  { configuration, catalog, env, replicas: count = 1 }: ProxySettings,
  program: NginxProgram,
  fx: Effects,
): Promise<Proxy> {
  started += 1;
  const at = addressesOf(started);
  const own = at(1);
  const apps = routed(catalog);
  const replicaOf = (app: string, index: 1 | 2): string =>
    at(2 * (1 + apps.findIndex(([name]) => name === app)) + index);
  const addresses = new Map(
    apps.map(([app]) => [app, indexes.slice(0, count).map((index) => replicaOf(app, index))] as const),
  );
  const received: Received[] = [];
  const record = (one: Received): void => void received.push(one);
  const replicas = await Promise.all(
    apps.flatMap(([app, { port }]) =>
      indexes.map(async (index) => recordingReplica(app, replicaOf(app, index), port, record)),
    ),
  );
  const names = await nameServer(own, addresses);

  const folder = mkdtempSync(join(tmpdir(), "wmd-nginx-"));
  mkdirSync(join(folder, "html"));
  copyFileSync("landing.html", join(folder, "html/index.html"));
  writeFileSync(join(folder, "nginx.conf"), relocated(configuration, folder, own, names.port));
  const script = readFileSync("apps/reverse-proxy/start.sh", "utf8").replaceAll("/tmp/", `${folder}/`);
  await fx.withEnv(env).output(["sh", "-c", script.replace(/^exec nginx .*$/mu, "exit 0")]);
  const stopNginx = await program.start(folder);

  return {
    addresses,
    replicaOf,
    gone: at(254),
    async send(port, path, { method = "GET", headers = {}, body } = {}) {
      received.length = 0;
      const reply = await new Promise<Omit<Reply, "received">>((resolve, reject) => {
        const options = {
          host: own,
          port: port + movedBy,
          path,
          method,
          headers: { host: "localhost", ...headers },
          agent: false,
        };
        const sent = send(options, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (part: string) => (text += part));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        });
        sent.on("error", reject).end(body);
      });
      return { ...reply, received: [...received] };
    },
    async stop() {
      await stopNginx();
      names.socket.close();
      for (const replica of replicas) {
        replica.closeAllConnections();
        replica.close();
      }
      rmSync(folder, { recursive: true });
    },
  };
}

const relocated = (configuration: string, folder: string, own: string, dns: number): string =>
  configuration
    .replaceAll(/(?<=[\s"])\/(?:var\/)?tmp\//gu, `${folder}/`)
    .replaceAll("/dev/stdout", `${folder}/access.log`)
    .replaceAll("/dev/stderr", `${folder}/error.log`)
    .replaceAll("/usr/share/nginx/html", `${folder}/html`)
    .replaceAll(/listen (?:[\d.]+:)?(\d+)/gu, (_, port: string) => `listen ${own}:${Number(port) + movedBy}`)
    .replace(/resolver \S+/u, `resolver ${own}:${dns}`)
    .replace(/client_body_timeout \S+;/u, `client_body_timeout ${waitedFor};`)
    .replace("http {", `http {\n    proxy_read_timeout ${waitedFor};`);
