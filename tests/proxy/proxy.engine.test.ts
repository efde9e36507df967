/** The proxy in its real configuration, before replicas that come, go and fail: no request fails, and none is processed twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalog, routed } from "../../apps/catalog.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { docker } from "../../scripts/docker/docker.ts";
import { nginxConf } from "../../workflows-src/stack/nginx.ts";
import { createProxy, createReplica, publishedAt } from "./proxy-container.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const name = `wmd-proxy-${process.pid}`;
/** The application with most replicas: the proxy tries as many addresses as the catalog says. */
const [[app, { port, publishedPort, route, replicas: number }]] = routed(catalog).toSorted(
  ([, one], [, other]) => other.replicas - one.replicas,
) as [ReturnType<typeof routed>[number]];
const replicas = Array.from({ length: number }, (_, index) => `${name}-${index + 1}`);
/** All replicas but the first, which stays up in every test. */
const others = replicas.slice(1);
const readTimeout = "2s";
const startupMs = 8000;
const pauseMs = 60;
const timeoutMs = 30_000;
/** The proxy resolves the upstream each second, and does not use an address that refused a connection for up to two. */
const refreshMs = 2100;
const readersPerEndpoint = 8;

/** The application at its route, and at its own port. */
let endpoints: readonly string[];

interface Reply {
  readonly status: number;
  readonly text: string;
}

async function send(url: string, method = "GET"): Promise<Reply> {
  const response = await fetch(url, { method, ...(method === "POST" ? { body: "paid=1" } : {}) });
  return { status: response.status, text: await response.text() };
}

beforeAll(async () => {
  const configuration = nginxConf(catalog).replace("http {", `http {\n    proxy_read_timeout ${readTimeout};`);
  await createProxy({ name, configuration, ports: [80, publishedPort] }, fx);
  for (const replica of replicas) await createReplica({ network: name, name: replica, app, port }, startupMs, fx);
  await fx.output(docker.startAgain(...replicas, name));
  endpoints = [
    `http://${await publishedAt(name, 80, fx)}${route}`,
    `http://${await publishedAt(name, publishedPort, fx)}/`,
  ];
  await everyReplicaAnswers();
});

afterAll(async () => {
  await fx.cleanUp(docker.remove(name, ...replicas));
  await fx.cleanUp(docker.removeNetwork(name));
});

async function everyReplicaAnswers(): Promise<void> {
  const seen = new Set<string>();
  const deadline = performance.now() + timeoutMs;
  while (seen.size < replicas.length) {
    if (performance.now() > deadline) throw new Error(`Only ${seen.size} of ${replicas.length} replicas answer`);
    const { status, text } = await send(endpoints[0] ?? "").catch(() => ({ status: 0, text: "" }));
    if (status === 200) seen.add(text);
    else await sleep(pauseMs);
  }
}

/** How often a request reached a replica. */
async function received(request: string): Promise<number> {
  const logs = await Promise.all(replicas.map((replica) => fx.output(docker.output(replica))));
  return logs.flatMap((log) => log.split("\n")).filter((line) => line === request).length;
}

test.each([
  ["whose connection breaks", "cut", 502],
  ["that takes too long", "hang", 504],
])("a form %s after it reached a replica is not sent again", async (_failure, path, status) => {
  for (const endpoint of endpoints) expect((await send(endpoint + path, "POST")).status).toBe(status);
  expect(await received(`POST /${path}`)).toBe(endpoints.length);
});

test("no request fails while all replicas but one are killed, one after the other, and started again", async () => {
  const statuses = new Set<number>();
  const over = new AbortController();
  const read = async (endpoint: string): Promise<void> => {
    while (!over.signal.aborted) {
      statuses.add((await send(endpoint)).status);
      await sleep(pauseMs);
    }
  };
  const readers = endpoints.flatMap((endpoint) =>
    Array.from({ length: readersPerEndpoint }, async () => read(endpoint)),
  );
  for (const replica of others) {
    await fx.output(docker.kill("KILL", replica));
    await sleep(refreshMs);
  }
  await fx.output(docker.startAgain(...others));
  await everyReplicaAnswers();
  over.abort();
  await Promise.all(readers);
  expect([...statuses]).toEqual([200]);
});

test("a form whose replica is gone reaches one other replica, and only one", async () => {
  const sent: Promise<Reply>[] = [];
  for (const replica of others) {
    await fx.output(docker.kill("KILL", replica));
    for (const deadline = performance.now() + refreshMs; performance.now() < deadline; await sleep(pauseMs))
      sent.push(...endpoints.map((endpoint) => send(`${endpoint}form`, "POST")));
    await Promise.all(sent);
  }
  const replies = await Promise.all(sent);
  expect([...new Set(replies.map(({ status }) => status))]).toEqual([200]);
  expect(await received("POST /form")).toBe(replies.length);
});

test("no request fails while all replicas but one are starting", async () => {
  const startedAt = performance.now();
  await fx.output(docker.startAgain(...others));
  const statuses: number[] = [];
  for (; performance.now() - startedAt < startupMs; await sleep(refreshMs))
    statuses.push((await send(endpoints[0] ?? "")).status);
  expect(statuses.length).toBeGreaterThan(2);
  expect([...new Set(statuses)]).toEqual([200]);
  await everyReplicaAnswers();
});
