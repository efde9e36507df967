/** A registry in memory behind a real HTTP server, for the tests of the client: requests are recorded, and faults come first. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import type { Digest } from "../../../contract/digests.ts";
import { UserError } from "../../../contract/user-error.ts";
import { type Files, disk } from "../../core/files.ts";
import { type Layout, digestOf } from "../layout.ts";
import type { RegistryOptions } from "../registry-http.ts";
import { registryClient } from "../registry.ts";

export const image = "application/vnd.oci.image.manifest.v1+json";
export const index = "application/vnd.oci.image.index.v1+json";
export const repository = "wmd/application";
export const big = Buffer.alloc(3_000_000, "layer");

/** The bytes of the layout's blobs, by path. */
const contents = new Map<string, Uint8Array>();
const blob = (content: Uint8Array) => {
  const digest = digestOf(content);
  contents.set(digest, content);
  return { digest, size: content.length, path: digest };
};
/** The files that hold the layout's blobs; all others are on the disk. */
const files: Files = {
  ...disk,
  async *stream(path) {
    const content = contents.get(path);
    if (content === undefined) yield* disk.stream(path);
    else yield content;
  },
};
const descriptor = ({ digest, size }: { readonly digest: Digest; readonly size: number }) => ({
  mediaType: "application/octet-stream",
  digest,
  size,
});
const config = blob(Buffer.from("{}"));
const layers = [big, ...["a", "b", "c", "d"].map((text) => Buffer.from(text))].map(blob);
const manifest = Buffer.from(
  JSON.stringify({ schemaVersion: 2, mediaType: image, config: descriptor(config), layers: layers.map(descriptor) }),
);

/** An image with one large layer and four small ones. */
export const layout: Layout = {
  folder: "in memory",
  digest: digestOf(manifest),
  manifest: { mediaType: image, bytes: manifest },
  blobs: [config, ...layers],
  size: 0,
  configuration: {
    platform: { os: "linux", architecture: "amd64" },
    labels: {},
    env: {},
    user: "",
    healthCheck: [],
    history: [],
    layers: [],
  },
};

const servers = new Set<Server>();
/** For `afterEach` of each test file. */
export function closeServers(): void {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers.clear();
}

/** Handles a request instead of the registry; returns whether it did. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** Faults are tried in their order before the registry responds; each request is recorded. */
export async function fakeRegistry(...faults: Fault[]) {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  const log: {
    readonly line: string;
    readonly authorization: string | undefined;
    readonly headers: IncomingMessage["headers"];
  }[] = [];
  let uploads = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const { method = "", url = "" } = request;
    log.push({ line: `${method} ${url}`, authorization: request.headers.authorization, headers: request.headers });
    for (const fault of faults) if (await fault(request, response)) return;
    const answer = (status: number, headers: Record<string, string> = {}, body: string | Buffer = "") =>
      response.writeHead(status, headers).end(body);
    const { pathname, searchParams } = new URL(url, "http://fake");
    const [, name = "", kind, reference = ""] = /^\/v2\/(.+?)\/(manifests|blobs)\/(.*)$/u.exec(pathname) ?? [];
    if (kind === "blobs" && method === "HEAD") return answer(blobs.has(reference) ? 200 : 404);
    if (kind === "blobs" && method === "GET")
      return blobs.has(reference) ? answer(200, {}, blobs.get(reference)) : answer(404);
    if (kind === "blobs" && method === "POST")
      return answer(202, { location: `/v2/${name}/blobs/uploads/${uploads++}?_state=a%2Bb=` });
    const bytes = await received(request);
    if (kind === "blobs") {
      const digest = String(searchParams.get("digest"));
      if (searchParams.get("_state") !== "a+b=" || digestOf(bytes) !== digest)
        return answer(400, {}, `{"errors":[{"code":"DIGEST_INVALID"}]}`);
      blobs.set(digest, bytes);
      return answer(201);
    }
    if (kind === "manifests" && method === "PUT") {
      for (const key of [reference, digestOf(bytes)])
        manifests.set(`${name} ${key}`, { type: String(request.headers["content-type"]), bytes });
      return answer(201);
    }
    const held = manifests.get(`${name} ${reference}`);
    return held
      ? answer(200, { "content-type": held.type, "docker-content-digest": digestOf(held.bytes) }, held.bytes)
      : answer(404, {}, `{"errors":[{"code":"MANIFEST_UNKNOWN"}]}`);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  servers.add(server);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waits: number[] = [];
  const client = (options: RegistryOptions = {}) =>
    registryClient(host, { files, wait: async (ms) => void waits.push(ms), ...options });
  const put = (reference: string, type: string, content: object) => {
    const bytes = Buffer.from(JSON.stringify(content));
    for (const key of [reference, digestOf(bytes)]) manifests.set(`${repository} ${key}`, { type, bytes });
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length };
  };
  const lines = () => log.map(({ line }) => line);
  return { host, client, blobs, manifests, log, lines, waits, put, faults };
}

export async function received(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Responds to the first `times` requests that match. */
export const respondWith = (
  match: RegExp,
  times: number,
  status: number,
  headers: Record<string, string> = {},
  body = "",
): Fault => {
  let left = times;
  return async (request, response) => {
    if (!match.test(`${request.method} ${request.url}`) || left-- <= 0) return false;
    await received(request);
    response.writeHead(status, headers).end(body);
    return true;
  };
};

/** Closes the connection after the first bytes of the first `times` requests that match. */
export const disconnect = (match: RegExp, times: number): Fault => {
  let left = times;
  return (request) => {
    if (!match.test(`${request.method} ${request.url}`) || left-- <= 0) return false;
    if (request.headers["content-length"] === String(big.length)) request.once("data", () => request.socket.destroy());
    else request.socket.destroy();
    return true;
  };
};

/** The registry does what the first `times` requests that match ask for, and the connection closes before it says so. */
export const loseAnswer = (match: RegExp, times: number): Fault => {
  let left = times;
  return (request, response) => {
    if (!match.test(`${request.method} ${request.url}`) || left-- <= 0) return false;
    response.writeHead = () => {
      request.socket.destroy();
      return response;
    };
    return false;
  };
};

export const failureOf = async (work: Promise<unknown>): Promise<UserError> => {
  const failure: unknown = await work.then(
    () => "no failure",
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(UserError);
  return failure as UserError;
};

export const credentials = { username: "publisher", password: "correct horse" };
export const basic = `Basic ${Buffer.from("publisher:correct horse").toString("base64")}`;

/** Responds with a challenge to every request without one of these authorizations. */
export const requireLogin =
  (challenge: () => string, passes: () => readonly string[]): Fault =>
  async (request, response) => {
    if (request.url?.startsWith("/token") || passes().includes(String(request.headers.authorization))) return false;
    await received(request);
    response.writeHead(401, { "www-authenticate": challenge() }).end(`{"errors":[{"code":"UNAUTHORIZED"}]}`);
    return true;
  };
