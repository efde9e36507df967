import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Digest } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import { type Layout, digestOf } from "./layout.ts";
import { type RegistryOptions, isLoopback } from "./registry-http.ts";
import { registryClient, splitOwner } from "./registry.ts";

const image = "application/vnd.oci.image.manifest.v1+json";
const index = "application/vnd.oci.image.index.v1+json";
const repository = "wmd/rocket-ecommerce";
const big = Buffer.alloc(3_000_000, "layer");

let folder: string;
let layout: Layout;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "registry-"));
  const blob = async (content: Uint8Array) => {
    const digest = digestOf(content);
    await writeFile(join(folder, digest.slice(7)), content);
    return { digest, size: content.length, path: join(folder, digest.slice(7)) };
  };
  const config = await blob(Buffer.from("{}"));
  const layers = [await blob(big), ...(await Promise.all(["a", "b", "c", "d"].map((text) => blob(Buffer.from(text)))))];
  const described = ({ digest, size }: { digest: Digest; size: number }) => ({
    mediaType: "application/octet-stream",
    digest,
    size,
  });
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: image, config: described(config), layers: layers.map(described) }),
  );
  layout = {
    folder,
    digest: digestOf(bytes),
    manifest: { mediaType: image, bytes },
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
});
afterAll(() => rm(folder, { recursive: true }));

const endings: (() => void)[] = [];
afterEach(() => endings.splice(0).forEach((end) => end()));

/** What a fault makes of a request: `true` when it has answered, or broken off. */
type Fault = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** A registry in memory. Faults come first, one after the other; each request is written down. */
async function registryDouble(...faults: Fault[]) {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  const log: {
    readonly line: string;
    readonly authorization: string | undefined;
    readonly headers: IncomingMessage["headers"];
  }[] = [];
  let uploads = 0;
  const server = createServer(async (request, response) => {
    const { method = "", url = "" } = request;
    log.push({ line: `${method} ${url}`, authorization: request.headers.authorization, headers: request.headers });
    for (const fault of faults) if (await fault(request, response)) return;
    const answer = (status: number, headers: Record<string, string> = {}, body: string | Buffer = "") =>
      response.writeHead(status, headers).end(body);
    const { pathname, searchParams } = new URL(url, "http://double");
    const [, name = "", kind, reference = ""] = /^\/v2\/(.+?)\/(manifests|blobs)\/(.*)$/u.exec(pathname) ?? [];
    if (kind === "blobs" && method === "HEAD") return answer(blobs.has(reference) ? 200 : 404);
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
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  endings.push(() => (server.close(), server.closeAllConnections()));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waits: number[] = [];
  const client = (options: RegistryOptions = {}) =>
    registryClient(host, { wait: async (ms) => void waits.push(ms), ...options });
  const put = (reference: string, type: string, content: object) => {
    const bytes = Buffer.from(JSON.stringify(content));
    for (const key of [reference, digestOf(bytes)]) manifests.set(`${repository} ${key}`, { type, bytes });
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length };
  };
  const lines = () => log.map(({ line }) => line);
  return { host, client, blobs, manifests, log, lines, waits, put, faults };
}

async function received(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Answers a request that matches, the first so many times. */
const answering = (
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

/** Breaks the connection off after the first bytes of a request. */
const breaking = (match: RegExp, times: number): Fault => {
  let left = times;
  return (request) => {
    if (!match.test(`${request.method} ${request.url}`) || left-- <= 0) return false;
    if (request.headers["content-length"] === String(big.length)) request.once("data", () => request.socket.destroy());
    else request.socket.destroy();
    return true;
  };
};

const failureOf = async (work: Promise<unknown>): Promise<UserError> => {
  const failure: unknown = await work.then(
    () => "no failure",
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(UserError);
  return failure as UserError;
};

test("an image is pushed by digest, and no tag moves", async () => {
  const double = await registryDouble();
  expect(await double.client().push(repository, layout)).toBe(layout.digest);
  expect([...double.blobs.keys()].toSorted()).toEqual(layout.blobs.map(({ digest }) => digest).toSorted());
  expect([...double.manifests.keys()]).toEqual([`${repository} ${layout.digest}`]);
  const upload = double.log.find(({ headers }) => headers["content-length"] === String(big.length));
  expect(upload?.headers["transfer-encoding"]).toBeUndefined();
});

test("three blobs are uploaded at once, and no more", async () => {
  let begun = 0;
  let beforeAnyEnded = 0;
  let open = () => {};
  const gate = new Promise<void>((opened) => (open = opened));
  const double = await registryDouble(async ({ method }) => {
    if (method !== "HEAD") return false;
    if (++begun === 3)
      // After a fourth would have come.
      void sleep(50).then(() => {
        beforeAnyEnded = begun;
        open();
      });
    await gate;
    return false;
  });
  expect(await double.client().push(repository, layout)).toBe(layout.digest);
  expect(beforeAnyEnded).toBe(3);
});

test("what is there is not uploaded again", async () => {
  const double = await registryDouble();
  await double.client().push(repository, layout);
  double.log.splice(0);
  await double.client().push(repository, layout);
  expect(double.lines().filter((line) => line.startsWith("POST"))).toEqual([]);
});

test("a tag points at what was pushed, byte for byte, and moves when it is set again", async () => {
  const double = await registryDouble();
  const client = double.client();
  const older = double.put("latest", image, {
    schemaVersion: 2,
    mediaType: image,
    config: layout.blobs[0],
    layers: [],
  });
  expect(await client.resolve(repository, "latest")).toBe(older.digest);
  await client.push(repository, layout);
  await client.tag(repository, layout.digest, "latest");
  expect(await client.resolve(repository, "latest")).toBe(layout.digest);
  expect(double.manifests.get(`${repository} latest`)?.type).toBe(image);
});

test("a manifest that is not there cannot be tagged", async () => {
  const double = await registryDouble();
  expect((await failureOf(double.client().tag(repository, layout.digest, "latest"))).message).toContain(
    `${repository} has no ${layout.digest}`,
  );
});

test("nothing behind a tag is undefined", async () => {
  const double = await registryDouble();
  expect(await double.client().resolve(repository, "latest")).toBeUndefined();
});

test("an index is its one image: the attestation beside it is none", async () => {
  const double = await registryDouble();
  const one = double.put("one", image, { schemaVersion: 2, mediaType: image, config: layout.blobs[0], layers: [] });
  const attestation = {
    ...one,
    digest: digestOf(Buffer.from("else")),
    platform: { os: "unknown", architecture: "unknown" },
  };
  const amd64 = { ...one, platform: { os: "linux", architecture: "amd64" } };
  const absent = { ...attestation, platform: { os: "linux", architecture: "arm64" } };
  double.put("attested", index, { schemaVersion: 2, mediaType: index, manifests: [amd64, attestation] });
  double.put("several", index, { schemaVersion: 2, mediaType: index, manifests: [amd64, absent] });
  const client = double.client();
  expect(await client.resolve(repository, "attested")).toBe(one.digest);
  expect(await client.resolve(repository, "several", amd64.platform)).toBe(one.digest);
  expect((await failureOf(client.resolve(repository, "several"))).message).toMatch(
    /several images: linux\/amd64, linux\/arm64/u,
  );
  expect((await failureOf(client.resolve(repository, "several", absent.platform))).message).toContain(
    `lacks ${absent.digest}`,
  );
});

test.each([
  { what: "a service that is away for a while", fault: () => answering(/./u, 4, 503), requests: "any" },
  { what: "an upload that is refused once", fault: () => answering(/PUT .*blobs/u, 1, 502), requests: "POST" },
  { what: "a forgotten upload", fault: () => answering(/PUT .*blobs/u, 1, 404), requests: "POST" },
  { what: "a dropped connection", fault: () => breaking(/HEAD/u, 2), requests: "any" },
  { what: "a connection dropped in the middle of uploads", fault: () => breaking(/PUT .*blobs/u, 3), requests: "POST" },
  {
    what: "a manifest that is not taken at first",
    fault: () => answering(/PUT .*manifests/u, 4, 500),
    requests: "any",
  },
])("$what is overcome", async ({ fault, requests }) => {
  const double = await registryDouble(fault());
  expect(await double.client().push(repository, layout)).toBe(layout.digest);
  expect(double.waits.length).toBeGreaterThan(0);
  // An upload begins again from its POST.
  const begun = double.lines().filter((line) => line.startsWith("POST")).length;
  if (requests === "POST") expect(begun).toBeGreaterThan(layout.blobs.length);
  expect(double.blobs.size).toBe(layout.blobs.length);
});

test("the waits grow, and not in step with others", async () => {
  const double = await registryDouble(
    answering(/./u, 99, 503, {}, `{"errors":[{"code":"UNAVAILABLE","message":"later"}]}`),
  );
  const failure = await failureOf(double.client().resolve(repository, "latest"));
  expect(failure.message).toMatch(new RegExp(`^${double.host} failed 5 times .*503 UNAVAILABLE: later`, "u"));
  expect(double.waits).toHaveLength(4);
  for (const [attempt, wait] of double.waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(250 * 2 ** attempt);
    expect(wait).toBeLessThanOrEqual(500 * 2 ** attempt);
  }
});

test.each([
  { header: () => "7", atLeast: 7000 },
  { header: () => new Date(Date.now() + 20_000).toUTCString(), atLeast: 18_000 },
])("Retry-After is honoured: at least $atLeast ms", async ({ header, atLeast }) => {
  const double = await registryDouble(answering(/GET/u, 1, 429, { "retry-after": header() }));
  expect(await double.client().resolve(repository, "latest")).toBeUndefined();
  expect(double.waits[0]).toBeGreaterThanOrEqual(atLeast);
});

test("a registry that wants an hour is not waited for", async () => {
  const double = await registryDouble(answering(/GET/u, 1, 429, { "retry-after": "3600" }));
  expect((await failureOf(double.client().resolve(repository, "latest"))).message).toContain("left alone for 3600 s");
  expect(double.waits).toEqual([]);
});

test("a registry that is not there is named, with what the network says", async () => {
  const double = await registryDouble();
  endings.splice(0).forEach((end) => end());
  expect((await failureOf(double.client().resolve(repository, "latest"))).message).toMatch(
    new RegExp(`^${double.host} failed 5 times .*ECONNREFUSED`, "u"),
  );
});

test("a registry that never answers is given up", async () => {
  const double = await registryDouble(() => true);
  expect((await failureOf(double.client({ timeoutMs: 20 }).resolve(repository, "latest"))).message).toMatch(
    /failed 5 times .*timeout/u,
  );
});

test("a signal ends what is under way, at once and for its own reason", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const double = await registryDouble(() => (stop.abort(reason), true));
  await expect(double.client({ signal: stop.signal }).push(repository, layout)).rejects.toBe(reason);
  expect(double.waits).toEqual([]);
});

test("after a refusal nothing new is begun", async () => {
  const double = await registryDouble(
    answering(/POST/u, 99, 400, {}, `{"errors":[{"code":"NAME_INVALID","message":"no"}]}`),
  );
  expect((await failureOf(double.client().push(repository, layout))).message).toContain("400 NAME_INVALID: no");
  expect(double.lines().filter((line) => line.startsWith("HEAD"))).toHaveLength(3);
  expect(double.manifests.size).toBe(0);
});

test.each([
  { what: "other bytes than were asked for", by: "digest", headers: {} },
  {
    what: "another digest than its bytes have",
    by: "tag",
    headers: { "docker-content-digest": digestOf(Buffer.from("promised")) },
  },
])("$what is an error that says both", async ({ by, headers }) => {
  const forged = JSON.stringify({ schemaVersion: 2, mediaType: image, config: {}, layers: [] });
  const double = await registryDouble(answering(/GET/u, 99, 200, { "content-type": image, ...headers }, forged));
  const { message } = await failureOf(double.client().resolve(repository, by === "tag" ? "latest" : layout.digest));
  expect(message).toContain(digestOf(Buffer.from(forged)));
  expect(message).toContain(by === "tag" ? digestOf(Buffer.from("promised")) : layout.digest);
});

test("a page of somebody else is no manifest", async () => {
  const double = await registryDouble(
    answering(/GET/u, 99, 200, { "content-type": "text/html" }, "<html>Log in to the network</html>"),
  );
  expect((await failureOf(double.client().resolve(repository, "latest"))).message).toContain("not JSON");
});

const credentials = { username: "publisher", password: "correct horse" };
const basic = `Basic ${Buffer.from("publisher:correct horse").toString("base64")}`;

/** Lets in who sends one of these, and tells the others how to log in. */
const guard =
  (challenge: () => string, passes: () => readonly string[]): Fault =>
  async (request, response) => {
    if (request.url?.startsWith("/token") || passes().includes(String(request.headers.authorization))) return false;
    await received(request);
    response.writeHead(401, { "www-authenticate": challenge() }).end(`{"errors":[{"code":"UNAUTHORIZED"}]}`);
    return true;
  };

test("a registry with a password", async () => {
  const double = await registryDouble(
    guard(
      () => `Basic realm="registry"`,
      () => [basic],
    ),
  );
  expect(await double.client({ credentials }).push(repository, layout)).toBe(layout.digest);
  expect(double.log.filter(({ authorization }) => authorization === undefined).length).toBeLessThanOrEqual(3);
});

/** A token service beside the registry: each token is for one scope, and the last one is good. */
async function withTokens() {
  const double = await registryDouble();
  const granted: string[] = [];
  double.faults.push(
    guard(
      () => `Bearer realm="http://${double.host}/token?x=1",service="hub",scope="ignored"`,
      () => granted.slice(-1).map((token) => `Bearer ${token}`),
    ),
    (request, response) => {
      const { pathname, searchParams } = new URL(String(request.url), "http://double");
      if (pathname !== "/token") return false;
      const known = [undefined, basic].includes(request.headers.authorization);
      if (known)
        granted.push(
          Buffer.from(`${granted.length} ${searchParams.get("service")} ${searchParams.get("scope")}`).toString(
            "base64",
          ),
        );
      response.writeHead(known ? 200 : 401).end(known ? JSON.stringify({ token: granted.at(-1) }) : "");
      return true;
    },
  );
  const asked = () => granted.map((token) => Buffer.from(token, "base64").toString());
  return { double, granted, asked };
}

test("a registry with tokens: one login for all that is under way", async () => {
  const { double, asked } = await withTokens();
  expect(await double.client({ credentials }).push(repository, layout)).toBe(layout.digest);
  expect(asked()).toEqual([`0 hub repository:${repository}:pull,push`]);
});

test("a token that ended in the middle of a push is renewed", async () => {
  const { double, granted, asked } = await withTokens();
  double.faults.unshift((request) => {
    if (request.method === "PUT" && granted.length === 1) granted.push("another");
    return false;
  });
  expect(await double.client({ credentials }).push(repository, layout)).toBe(layout.digest);
  expect(asked()).toHaveLength(3);
});

test("reading needs no account where anybody may read", async () => {
  const { double, asked } = await withTokens();
  expect(await double.client().resolve(repository, "latest")).toBeUndefined();
  expect(asked()).toEqual([`0 hub repository:${repository}:pull`]);
});

const bearer = (realm: string) => `Bearer realm="${realm}",service="hub"`;
test.each([
  {
    what: "wrong password",
    challenge: () => `Basic realm="r"`,
    as: credentials,
    says: /refused the login for wmd\/rocket-ecommerce, of the account wmd: 401/u,
  },
  {
    what: "no password",
    challenge: () => `Basic realm="r"`,
    as: undefined,
    says: /wants a login for wmd\/rocket-ecommerce/u,
  },
  {
    what: "wrong password for a token",
    challenge: (host: string) => bearer(`http://${host}/token`),
    as: credentials,
    says: /refused the login/u,
  },
  { what: "a challenge that is none", challenge: () => "Negotiate", as: credentials, says: /refused the login/u },
])(
  "$what: names the registry, the account and the secrets to set, never the secret",
  async ({ challenge, as, says }) => {
    const double = await registryDouble(answering(/token/u, 99, 401));
    double.faults.push(
      guard(
        () => challenge(double.host),
        () => [],
      ),
    );
    const failure = await failureOf(double.client({ credentials: as }).push(repository, layout));
    expect(failure.message).toMatch(says);
    expect(failure.message).toContain(double.host);
    expect(failure.remedy).toMatch(/DOCKER_HUB_USERNAME.*DOCKER_HUB_ACCESS_TOKEN/u);
    const everything = `${failure.stack} ${failure.remedy} ${JSON.stringify(failure)}`;
    for (const secret of [credentials.password, basic.slice(6)]) expect(everything).not.toContain(secret);
  },
);

test("403 is a refusal too", async () => {
  const double = await registryDouble(
    answering(/POST/u, 99, 403, {}, `{"errors":[{"code":"DENIED","message":"read only"}]}`),
  );
  expect((await failureOf(double.client({ credentials }).push(repository, layout))).message).toMatch(
    /refused the login .*403 DENIED: read only/u,
  );
});

test("403 of a proxy, where nobody logged in, is told in its own words", async () => {
  const double = await registryDouble(
    answering(/GET/u, 99, 403, { "content-type": "text/plain" }, "denied by policy\n"),
  );
  const { message } = await failureOf(double.client().resolve(repository, "latest"));
  expect(message).toBe(`${double.host} would not give ${repository} latest: 403 denied by policy`);
});

test("a token that fits no header is not printed", async () => {
  const { double } = await withTokens();
  double.faults.unshift(answering(/token/u, 99, 200, {}, JSON.stringify({ token: "sec\nret" })));
  const failure = await failureOf(double.client({ credentials }).resolve(repository, "latest"));
  expect(failure.message).toContain("gave no token");
  expect(String(failure.stack)).not.toContain("sec");
});

/** Sends who is logged in, and asks for this, to another host. */
async function withStorage(match: RegExp, status: number) {
  const storage = await registryDouble();
  const elsewhere: Fault = (request, response) => {
    if (!match.test(`${request.method} ${request.url}`)) return false;
    request
      .resume()
      .on("end", () => response.writeHead(status, { location: `http://${storage.host}${request.url}` }).end());
    return true;
  };
  const double = await registryDouble(
    guard(
      () => `Basic realm="r"`,
      () => [basic],
    ),
    elsewhere,
  );
  const neverSawTheLogin = () => {
    expect(double.log.some(({ authorization }) => authorization === basic)).toBe(true);
    expect(storage.log.length).toBeGreaterThan(0);
    expect(storage.log.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  };
  return { storage, client: double.client({ credentials }), neverSawTheLogin };
}

test.each([301, 302, 307])("a manifest may lie with another host (%i), which never sees the login", async (status) => {
  const { storage, client, neverSawTheLogin } = await withStorage(/GET/u, status);
  const held = storage.put("latest", image, {
    schemaVersion: 2,
    mediaType: image,
    config: layout.blobs[0],
    layers: [],
  });
  expect(await client.resolve(repository, "latest")).toBe(held.digest);
  neverSawTheLogin();
});

test("an upload may go to another host, which never sees the login", async () => {
  const storage = await registryDouble();
  const double = await registryDouble(
    guard(
      () => `Basic realm="r"`,
      () => [basic],
    ),
    (request, response) => {
      if (request.method !== "POST") return false;
      response.writeHead(202, { location: `http://${storage.host}${request.url}1?_state=a%2Bb=` }).end();
      return true;
    },
  );
  expect(await double.client({ credentials }).push(repository, layout)).toBe(layout.digest);
  expect(storage.blobs.size).toBe(layout.blobs.length);
  expect(storage.log.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test.each([302, 307])("an upload that is redirected (%i) is not sent elsewhere, nor again", async (status) => {
  const { storage, client } = await withStorage(/PUT .*blobs/u, status);
  expect((await failureOf(client.push(repository, layout))).message).toMatch(/redirects the bytes of an upload/u);
  expect(storage.log).toEqual([]);
});

test("a layer is streamed: most of it is never in memory", async () => {
  const size = 256_000_000;
  const path = join(folder, "huge");
  await writeFile(path, "");
  await truncate(path, size);
  const double = await registryDouble((request, response) => {
    if (!/PUT .*blobs/u.test(`${request.method} ${request.url}`)) return false;
    request.resume().on("end", () => response.writeHead(201).end());
    return true;
  });
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 5);
  await double.client().push(repository, { ...layout, blobs: [{ digest: digestOf(big), size, path }] });
  clearInterval(watch);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(size / 2);
});

test.each([
  { what: "in circles", location: (url: string) => url, says: /redirects .* more than 5 times/u },
  {
    what: "out into the open",
    location: () => "http://registry.invalid/",
    says: /registry\.invalid, which is not encrypted/u,
  },
])("a redirect $what is not followed", async ({ location, says }) => {
  const double = await registryDouble((request, response) => {
    response.writeHead(302, { location: location(String(request.url)) }).end();
    return true;
  });
  expect((await failureOf(double.client().resolve(repository, "latest"))).message).toMatch(says);
});

test.each([
  { host: "docker.io", url: "https://registry-1.docker.io/" },
  { host: "registry.example:5000", url: "https://registry.example:5000/" },
  { host: "127.0.0.1.example", url: "https://127.0.0.1.example/" },
  { host: "localhost:5123", url: "http://localhost:5123/" },
  { host: "127.8.9.1", url: "http://127.8.9.1/" },
  { host: "[::1]:5123", url: "http://[::1]:5123/" },
])("$host is asked at $url", async ({ host, url }) => {
  const asked: string[] = [];
  const ask: typeof fetch = async (to) => (asked.push(String(to)), new Response("", { status: 404 }));
  expect(await registryClient(host, { fetch: ask }).resolve(repository, "latest")).toBeUndefined();
  expect(asked).toEqual([`${url}v2/${repository}/manifests/latest`]);
  expect(isLoopback(host)).toBe(url.startsWith("http:"));
});

test("Docker Hub never gets a password over plain http, whatever its challenge says", async () => {
  const asked: string[] = [];
  const headers = { "www-authenticate": bearer("http://auth.docker.invalid/token") };
  const ask: typeof fetch = async (to) => (asked.push(String(to)), new Response("", { status: 401, headers }));
  expect(
    (await failureOf(registryClient("docker.io", { fetch: ask, credentials }).resolve(repository, "latest"))).message,
  ).toMatch(/not encrypted/u);
  expect(asked).toHaveLength(1);
});

test.each([
  ["Wmd/image", "latest"],
  ["wmd/../other", "latest"],
  ["wmd/image", "a/b"],
  ["wmd/image", ""],
])("%s %s is no name", async (name, reference) => {
  await failureOf(registryClient("docker.io").resolve(name, reference));
});

test.each([
  { owner: "wmd", host: "docker.io", account: "wmd" },
  { owner: "docker.io/wmd", host: "docker.io", account: "wmd" },
  { owner: "index.docker.io/wmd", host: "docker.io", account: "wmd" },
  { owner: "127.0.0.1:5123/wmd", host: "127.0.0.1:5123", account: "wmd" },
  { owner: "localhost/wmd", host: "localhost", account: "wmd" },
  { owner: "[::1]:5123/wmd", host: "[::1]:5123", account: "wmd" },
  { owner: "ghcr.io/wmd/apps", host: "ghcr.io", account: "wmd/apps" },
])("$owner is $account at $host", ({ owner, host, account }) => {
  expect(splitOwner(owner)).toEqual({ host, account });
});

test.each([
  "",
  "Wmd",
  "wmd/",
  "ghcr.io/",
  "127.0.0.1:5123",
  "evil@ghcr.io/wmd",
  "https://ghcr.io/wmd",
  "ghcr.io:x/wmd",
])("%j owns nothing", (owner) => {
  expect(() => splitOwner(owner)).toThrow(UserError);
});
