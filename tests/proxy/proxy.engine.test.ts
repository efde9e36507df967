/** The proxy in its own configuration, before replicas that come, go and fail: nobody notices, and nothing has its effect twice. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { catalog } from "../../apps/catalog.ts";
import { docker } from "../../scripts/docker/docker.ts";
import { runLabel } from "../../contract/names.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { images } from "../../contract/base-images.ts";
import { nginxConf } from "../../workflows-src/stack/nginx.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const name = `wmd-proxy-${process.pid}`;
const app = "rocket-ecommerce";
const { port, publishedPort, route } = catalog[app];
const [kept, ...others] = Array.from({ length: 5 }, (_, index) => `${name}-${index + 1}`) as [string, ...string[]];
const replicas = [kept, ...others];
const readTimeout = "2s";
/** Milliseconds. */
const [starting, betweenRequests, patience] = [8000, 60, 30_000];
/** The proxy asks for the group's addresses each second, and lets those alone for up to two that refused a connection. */
const refreshed = 2100;
const crowd = 8;

/** The application at its route, and at its own port. */
let doors: readonly string[];

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(url: string, method = "GET"): Promise<Answer> {
  const response = await fetch(url, { method, ...(method === "POST" ? { body: "paid=1" } : {}) });
  return { status: response.status, text: await response.text() };
}

const create = (container: string, ...args: readonly string[]) =>
  fx.output(["docker", "create", "--name", container, "--network", name, "--label", runLabel, ...args]);

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "wmd-proxy-"));
  const configuration = nginxConf(catalog).replace("http {", `http {\n    proxy_read_timeout ${readTimeout};`);
  writeFileSync(join(folder, "nginx.conf"), configuration);
  await fx.output(["docker", "network", "create", "--label", runLabel, name]);
  const published = [80, publishedPort].flatMap((inside) => ["--publish", `127.0.0.1::${inside}`]);
  await create(name, ...published, images.proxy);
  await fx.output(docker.copyIn(join(folder, "nginx.conf"), name, "/etc/nginx/nginx.conf"));
  const command = ["node", "/replica.ts", String(port), String(starting)];
  for (const replica of replicas) {
    await create(replica, "--network-alias", app, images.tests, ...command);
    await fx.output(docker.copyIn(join(import.meta.dirname, "replica.ts"), replica, "/replica.ts"));
  }
  rmSync(folder, { recursive: true });
  await fx.output(docker.startAgain(...replicas, name));
  const host = async (inside: number) => (await fx.output(docker.port(name, inside))).trim();
  doors = [`http://${await host(80)}${route}`, `http://${await host(publishedPort)}/`];
  await everyReplica();
});

afterAll(async () => {
  await fx.cleanUp(docker.remove(name, ...replicas));
  await fx.cleanUp(docker.removeNetwork(name));
});

/** Waits until each of them has answered. */
async function everyReplica(): Promise<void> {
  const seen = new Set<string>();
  const until = performance.now() + patience;
  while (seen.size < replicas.length) {
    if (performance.now() > until) throw new Error(`Only ${seen.size} of ${replicas.length} replicas answer`);
    const { status, text } = await ask(doors[0] ?? "").catch(() => ({ status: 0, text: "" }));
    if (status === 200) seen.add(text);
    else await wait(betweenRequests);
  }
}

/** How often a replica was asked for something. */
async function received(what: string): Promise<number> {
  const logs = await Promise.all(replicas.map((replica) => fx.output(docker.output(replica))));
  return logs.flatMap((log) => log.split("\n")).filter((line) => line === what).length;
}

test.each([
  ["is cut off", "cut", 502],
  ["takes too long", "hang", 504],
])("a form that a replica has, and that %s, is not sent again", async (_what, path, status) => {
  for (const door of doors) expect((await ask(door + path, "POST")).status).toBe(status);
  expect(await received(`POST /${path}`)).toBe(doors.length);
});

test("nobody notices that all replicas but one are killed, one after the other, and started again", async () => {
  const statuses = new Set<number>();
  const over = new AbortController();
  const read = async (door: string): Promise<void> => {
    while (!over.signal.aborted) {
      statuses.add((await ask(door)).status);
      await wait(betweenRequests);
    }
  };
  const readers = doors.flatMap((door) => Array.from({ length: crowd }, async () => read(door)));
  for (const replica of others) {
    await fx.output(docker.kill("KILL", replica));
    await wait(refreshed);
  }
  await fx.output(docker.startAgain(...others));
  await everyReplica();
  over.abort();
  await Promise.all(readers);
  expect([...statuses]).toEqual([200]);
});

test("a form goes to another replica when its own is gone, and to one only", async () => {
  const sent: Promise<Answer>[] = [];
  for (const replica of others) {
    await fx.output(docker.kill("KILL", replica));
    for (const until = performance.now() + refreshed; performance.now() < until; await wait(betweenRequests))
      sent.push(...doors.map((door) => ask(`${door}form`, "POST")));
    await Promise.all(sent);
  }
  const answers = await Promise.all(sent);
  expect([...new Set(answers.map(({ status }) => status))]).toEqual([200]);
  expect(await received("POST /form")).toBe(answers.length);
});

test("nobody notices that all replicas but one are only starting", async () => {
  const began = performance.now();
  await fx.output(docker.startAgain(...others));
  const statuses: number[] = [];
  for (; performance.now() - began < starting; await wait(refreshed)) statuses.push((await ask(doors[0] ?? "")).status);
  expect(statuses.length).toBeGreaterThan(2);
  expect([...new Set(statuses)]).toEqual([200]);
  await everyReplica();
});
