/** Executes the compiled workflows: a push to `main`, then redeploys, to a swarm that is reached by SSH. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { type Digests, asTested, shortDigest } from "../../contract/digests.ts";
import { swarm } from "../../scripts/docker/swarm.ts";
import { managesSwarm } from "../../scripts/rollout/manager.ts";
import { runningDigests } from "../../scripts/rollout/services.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { ensureSwarm, leaveSwarm, removeStack } from "../../scripts/rollout/local-swarm.ts";
import { type TestRegistry, credentials, testRegistry } from "../registry.ts";
import type { Run } from "./act-log.ts";
import { publishBuilt, publishRun, publishVariant, published } from "./releases.ts";
import { type Runner, logIn, startRunner } from "./runner.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const ports = { DEPLOY_HTTP_PORT: "28080", DEPLOY_PORT_BASE: "29000" };
const health = (app: AppName) => `http://127.0.0.1:${catalog[app].publishedPort - 9000 + 29_000}/healthz`;

let runner: Runner;
let locked: TestRegistry;
let open: TestRegistry;
let swarmWasThere: boolean;
/** Whether the swarm had no stack before, so that the stack that is removed at the end is that of these tests. */
let swarmWasEmpty = false;

beforeAll(async () => {
  swarmWasThere = await managesSwarm(fx);
  if (swarmWasThere && (await fx.output(swarm.services)).trim() !== "")
    throw new Error("The swarm of this engine already runs a stack; remove it with npm stop");
  swarmWasEmpty = true;
  await ensureSwarm(fx);
  locked = await testRegistry(fx, "locked");
  open = await testRegistry(fx, "open");
  runner = await startRunner(fx, process.env);
  logIn(locked.host, credentials);
});

afterAll(async () => {
  if (!swarmWasEmpty) return;
  await removeStack({ volumes: true }, fx);
  await runner?.stop();
  await locked?.stop();
  await open?.stop();
  if (!swarmWasThere) await leaveSwarm(fx);
});

const settings = (owner: string) => ({
  variables: {
    DOCKER_USERNAME: owner,
    DEPLOY_HOST: runner.server.host,
    DEPLOY_HOST_KEY: runner.server.hostKey,
    ...ports,
  },
  secrets: {
    DOCKER_HUB_USERNAME: credentials.username,
    DOCKER_HUB_ACCESS_TOKEN: credentials.password,
    DEPLOY_SSH_KEY: runner.server.privateKey,
  },
});

const dispatch = (owner: string, app: string, tag: string): Promise<Run> =>
  runner.act("workflow_dispatch", {
    workflow: "redeploy.yml",
    ...settings(owner),
    inputs: { app, tag, reason: "end-to-end test" },
  });

const results = ({ jobs }: Run): readonly string[] =>
  [...new Set(jobs.map(({ job, leg, result }) => `${job} ${leg} ${result}`))].toSorted();

describe("the compiled workflows", () => {
  let released: Digests<string, AppName>;

  test("a push to main runs every job, publishes to a registry with a login, and deploys what it published", async () => {
    const run = await runner.act("push", { workflow: "ci-cd.yml", ...settings(`${locked.host}/wmd`) });
    expect.soft(run.code, run.failure).toBe(0);
    expect(run.log).not.toContain("Skipping unsupported platform");
    expect(results(run)).toEqual(
      ["plan ", "check ", ...appNames.map((app) => `build ${app}`), "integrate ", "publish ", "deploy ", "gate "]
        .map((job) => `${job} success`)
        .toSorted(),
    );
    released = await published(locked.client, "latest");
    expect(await runningDigests(fx)).toEqual(released);
    for (const app of appNames)
      expect(await (await fetch(health(app))).json()).toMatchObject({
        app,
        release: expect.stringContaining(released[app] ?? ""),
      });
  });

  test("a push of documentation builds nothing: it carries the images of the release, and publishes and deploys them", async () => {
    const before = await runner.commit("docs/notes.md", "# Notes\n");
    const tested = asTested(released);
    await publishRun(fx, open.host, runner.artifacts(), { tested, commit: before });
    const run = await runner.act("push", { workflow: "ci-cd.yml", ...settings(`${open.host}/wmd`) });
    expect.soft(run.code, run.failure).toBe(0);
    expect(results(run).filter((line) => line.endsWith(" success"))).toEqual(
      ["plan ", "check ", "publish ", "deploy ", "gate "].map((job) => `${job} success`).toSorted(),
    );
    for (const app of appNames) expect(run.log).toContain(`carry ${app}`);
    expect(await published(open.client, "latest")).toEqual(released);
    expect(await runningDigests(fx)).toEqual(released);
  });

  test("redeploy changes the release, keeps it when the new one never becomes healthy, and goes back to the first", async () => {
    const app = appNames.find((name) => catalog[name].replicas > 1)!;
    await publishBuilt(open.client, "sha-aaaaaaaaaaaa");
    expect(await published(open.client, "sha-aaaaaaaaaaaa")).toEqual(released);
    const second = await publishVariant(fx, open.client, app, "sha-bbbbbbbbbbbb", "LABEL release=second");
    await publishVariant(
      fx,
      open.client,
      app,
      "sha-cccccccccccc",
      'HEALTHCHECK --interval=1s --retries=1 CMD ["python", "-c", "raise SystemExit(1)"]',
    );
    const owner = `${open.host}/wmd`;

    const first = await dispatch(owner, "all", "sha-aaaaaaaaaaaa");
    expect(first.code, first.failure).toBe(0);
    expect(await runningDigests(fx)).toEqual(released);

    const next = await dispatch(owner, app, "sha-bbbbbbbbbbbb");
    expect(next.code, next.failure).toBe(0);
    expect(await runningDigests(fx)).toEqual({ ...released, [app]: second });
    expect(next.summary).toContain(`| ${app} | \`${shortDigest(released[app] ?? "")}\` | \`${shortDigest(second)}\` |`);

    const broken = await dispatch(owner, app, "sha-cccccccccccc");
    expect(broken.code).not.toBe(0);
    expect(broken.log).toContain(`wmd_${app}: rolled back`);
    expect(await runningDigests(fx)).toEqual({ ...released, [app]: second });
    expect(await (await fetch(health(app))).json()).toMatchObject({ app, release: expect.stringContaining(second) });

    const unknown = await dispatch(owner, app, "sha-dddddddddddd");
    expect(unknown.code).not.toBe(0);
    expect(unknown.failure).toContain("sha-dddddddddddd");
    expect(await runningDigests(fx)).toEqual({ ...released, [app]: second });

    const back = await dispatch(owner, app, "sha-aaaaaaaaaaaa");
    expect(back.code, back.failure).toBe(0);
    expect(await runningDigests(fx)).toEqual(released);
  });
});
