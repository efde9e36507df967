import { afterEach, expect, test } from "vitest";
import { isLoopback } from "../core/loopback.ts";
import { registryClient } from "./registry.ts";
import {
  type Fault,
  basic,
  credentials,
  disconnect,
  closeServers,
  failureOf,
  fakeRegistry,
  image,
  layout,
  repository,
  requireLogin,
  respondWith,
} from "./testing/fake-registry.ts";

afterEach(closeServers);

test.each([
  { what: "a service that is away for a while", fault: () => respondWith(/./u, 4, 503), requests: "any" },
  { what: "an upload that is refused once", fault: () => respondWith(/PUT .*blobs/u, 1, 502), requests: "POST" },
  { what: "a forgotten upload", fault: () => respondWith(/PUT .*blobs/u, 1, 404), requests: "POST" },
  { what: "a dropped connection", fault: () => disconnect(/HEAD/u, 2), requests: "any" },
  {
    what: "a connection dropped in the middle of uploads",
    fault: () => disconnect(/PUT .*blobs/u, 3),
    requests: "POST",
  },
  {
    what: "a manifest that is not taken at first",
    fault: () => respondWith(/PUT .*manifests/u, 4, 500),
    requests: "any",
  },
])("$what is overcome", async ({ fault, requests }) => {
  const fake = await fakeRegistry(fault());
  expect(await fake.client().push(repository, layout)).toBe(layout.digest);
  expect(fake.waits.length).toBeGreaterThan(0);
  // An upload begins again from its POST.
  const begun = fake.lines().filter((line) => line.startsWith("POST")).length;
  if (requests === "POST") expect(begun).toBeGreaterThan(layout.blobs.length);
  expect(fake.blobs.size).toBe(layout.blobs.length);
});

test("the waits grow, and not in step with others", async () => {
  const fake = await fakeRegistry(
    respondWith(/./u, 99, 503, {}, `{"errors":[{"code":"UNAVAILABLE","message":"later"}]}`),
  );
  const failure = await failureOf(fake.client().resolve(repository, "latest"));
  expect(failure.message).toMatch(new RegExp(`^${fake.host} failed 5 times .*503 UNAVAILABLE: later`, "u"));
  expect(fake.waits).toHaveLength(4);
  for (const [attempt, wait] of fake.waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(250 * 2 ** attempt);
    expect(wait).toBeLessThanOrEqual(500 * 2 ** attempt);
  }
});

test.each([
  { header: () => "7", atLeast: 7000 },
  { header: () => new Date(Date.now() + 20_000).toUTCString(), atLeast: 18_000 },
])("Retry-After is honoured: at least $atLeast ms", async ({ header, atLeast }) => {
  const fake = await fakeRegistry(respondWith(/GET/u, 1, 429, { "retry-after": header() }));
  expect(await fake.client().resolve(repository, "latest")).toBeUndefined();
  expect(fake.waits[0]).toBeGreaterThanOrEqual(atLeast);
});

test("a registry that wants an hour is not waited for", async () => {
  const fake = await fakeRegistry(respondWith(/GET/u, 1, 429, { "retry-after": "3600" }));
  expect((await failureOf(fake.client().resolve(repository, "latest"))).message).toContain("3600 s");
  expect(fake.waits).toEqual([]);
});

test("a registry that is not there is named, with what the network says", async () => {
  const fake = await fakeRegistry();
  closeServers();
  expect((await failureOf(fake.client().resolve(repository, "latest"))).message).toMatch(
    new RegExp(`^${fake.host} failed 5 times .*ECONNREFUSED`, "u"),
  );
});

test("a registry that never answers is given up", async () => {
  const fake = await fakeRegistry(() => true);
  expect((await failureOf(fake.client({ timeoutMs: 20 }).resolve(repository, "latest"))).message).toMatch(
    /failed 5 times .*timeout/u,
  );
});

test("a signal ends what is under way, at once and for its own reason", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const fake = await fakeRegistry(() => (stop.abort(reason), true));
  await expect(fake.client({ signal: stop.signal }).push(repository, layout)).rejects.toBe(reason);
  expect(fake.waits).toEqual([]);
});

test("after a refusal nothing new is begun", async () => {
  const fake = await fakeRegistry(
    respondWith(/POST/u, 99, 400, {}, `{"errors":[{"code":"NAME_INVALID","message":"no"}]}`),
  );
  expect((await failureOf(fake.client().push(repository, layout))).message).toContain("400 NAME_INVALID: no");
  expect(fake.lines().filter((line) => line.startsWith("HEAD"))).toHaveLength(3);
  expect(fake.manifests.size).toBe(0);
});

/** Sends who is logged in, and asks for this, to another host. */
async function withStorage(match: RegExp, status: number) {
  const storage = await fakeRegistry();
  const elsewhere: Fault = (request, response) => {
    if (!match.test(`${request.method} ${request.url}`)) return false;
    request
      .resume()
      .on("end", () => response.writeHead(status, { location: `http://${storage.host}${request.url}` }).end());
    return true;
  };
  const fake = await fakeRegistry(
    requireLogin(
      () => `Basic realm="r"`,
      () => [basic],
    ),
    elsewhere,
  );
  const neverSawTheLogin = () => {
    expect(fake.log.some(({ authorization }) => authorization === basic)).toBe(true);
    expect(storage.log.length).toBeGreaterThan(0);
    expect(storage.log.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  };
  return { storage, client: fake.client({ credentials }), neverSawTheLogin };
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
  const storage = await fakeRegistry();
  const fake = await fakeRegistry(
    requireLogin(
      () => `Basic realm="r"`,
      () => [basic],
    ),
    (request, response) => {
      if (request.method !== "POST") return false;
      response.writeHead(202, { location: `http://${storage.host}${request.url}1?_state=a%2Bb=` }).end();
      return true;
    },
  );
  expect(await fake.client({ credentials }).push(repository, layout)).toBe(layout.digest);
  expect(storage.blobs.size).toBe(layout.blobs.length);
  expect(storage.log.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test.each([302, 307])("an upload that is redirected (%i) is not sent elsewhere, nor again", async (status) => {
  const { storage, client } = await withStorage(/PUT .*blobs/u, status);
  expect((await failureOf(client.push(repository, layout))).message).toMatch(/redirects the bytes of an upload/u);
  expect(storage.log).toEqual([]);
});

test.each([
  { what: "in circles", location: (url: string) => url, says: /redirects .* more than 5 times/u },
  {
    what: "out into the open",
    location: () => "http://registry.invalid/",
    says: /registry\.invalid, which is not encrypted/u,
  },
])("a redirect $what is not followed", async ({ location, says }) => {
  const fake = await fakeRegistry((request, response) => {
    response.writeHead(302, { location: location(String(request.url)) }).end();
    return true;
  });
  expect((await failureOf(fake.client().resolve(repository, "latest"))).message).toMatch(says);
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
