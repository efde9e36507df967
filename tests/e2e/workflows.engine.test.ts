/** Executes the compiled workflows: pushes to `main`, then redeploys, to a swarm that is reached by SSH. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { type Digests, shortDigest } from "../../contract/digests.ts";
import { swarm } from "../../scripts/docker/swarm.ts";
import { managesSwarm } from "../../scripts/rollout/manager.ts";
import { runningDigests } from "../../scripts/rollout/services.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { ensureSwarm, leaveSwarm, removeStack } from "../../scripts/rollout/local-swarm.ts";
import { type TestRegistry, credentials, testRegistry } from "../registry.ts";
import { type Run, resultsOf } from "./act-log.ts";
import { publishProven, publishVariant, published, tagOf } from "./releases.ts";
import { type Runner, home, logIn, startRunner } from "./runner.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const ports = { DEPLOY_HTTP_PORT: "28080", DEPLOY_PORT_BASE: "29000" };
const health = (app: AppName) => `http://127.0.0.1:${catalog[app].publishedPort - 9000 + 29_000}/healthz`;

let runner: Runner;
let registry: TestRegistry;
let swarmWasThere: boolean;
/** Whether the swarm had no stack before, so that the stack that is removed at the end is that of these tests. */
let swarmWasEmpty = false;
/** The digests of the release before the first push, and of the one after it. */
let seeded: Digests<string, AppName>;
let released: Digests<string, AppName>;

beforeAll(async () => {
  swarmWasThere = await managesSwarm(fx);
  if (swarmWasThere && (await fx.output(swarm.services)).trim() !== "")
    throw new Error("The swarm of this engine already runs a stack; remove it with npm stop");
  swarmWasEmpty = true;
  await ensureSwarm(fx);
  registry = await testRegistry(fx, "public");
  runner = await startRunner(fx, process.env);
  logIn(registry.host, credentials);
  await publishProven(fx, registry.host, runner.firstCommit, `${home}/proofs`);
  seeded = await published(registry.client, "latest");
});

afterAll(async () => {
  if (!swarmWasEmpty) return;
  await removeStack({ volumes: true }, fx);
  await runner?.stop();
  await registry?.stop();
  if (!swarmWasThere) await leaveSwarm(fx);
});

const settings = () => ({
  variables: {
    DOCKER_USERNAME: `${registry.host}/wmd`,
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

const push = (): Promise<Run> => runner.act("push", { workflow: "ci-cd.yml", ...settings() });
const dispatch = (name: string, tag: string): Promise<Run> =>
  runner.act("workflow_dispatch", {
    workflow: "redeploy.yml",
    ...settings(),
    inputs: { app: name, tag, reason: "end-to-end test" },
  });

const healthOf = async (name: AppName): Promise<unknown> => (await fetch(health(name))).json();
const healthy = (name: AppName, release: Digests<string, AppName>) => ({
  app: name,
  release: expect.stringContaining(release[name] ?? ""),
});

/** Its replicas are replaced one after another. */
const app = appNames.find((name) => catalog[name].replicas > 1)!;
const others: readonly AppName[] = appNames.filter((name) => name !== app);

describe("the compiled workflows", () => {
  /** The commit of the first push. */
  let changed: string;

  test("a push that changes one application builds, publishes and deploys its image, and carries those of the others", async () => {
    const file = `apps/${catalog[app].image}/manage.py`;
    changed = await runner.commit(file, `${readFileSync(file, "utf8")}# The end-to-end test has changed this file.\n`);
    const run = await push();
    expect.soft(run.code, run.failure).toBe(0);
    expect(run.log).not.toContain("Skipping unsupported platform");
    expect(resultsOf(run)).toEqual(
      ["plan ", "check ", `build ${app}`, "integrate ", "publish ", "deploy ", "gate "]
        .map((job) => `${job} success`)
        .toSorted(),
    );
    for (const other of others) expect(run.log).toContain(`carry ${other}`);
    expect(run.log).toContain(`tested in full: ${app}; smoke tests only: ${others.join(", ")}`);
    released = await published(registry.client, "latest");
    expect(await published(registry.client, tagOf(changed))).toEqual(released);
    expect(appNames.filter((name) => released[name] !== seeded[name])).toEqual([app]);
    expect(await runningDigests(fx)).toEqual(released);
    for (const name of appNames) expect(await healthOf(name)).toMatchObject(healthy(name, released));
  });

  test("a push of documentation builds nothing: it carries the images of the release, and publishes and deploys them", async () => {
    const commit = await runner.commit("docs/notes.md", "# Notes\n");
    const run = await push();
    expect.soft(run.code, run.failure).toBe(0);
    expect(resultsOf(run).filter((line) => line.endsWith(" success"))).toEqual(
      ["plan ", "check ", "publish ", "deploy ", "gate "].map((job) => `${job} success`).toSorted(),
    );
    for (const name of appNames) expect(run.log).toContain(`carry ${name}`);
    for (const tag of ["latest", tagOf(commit)]) expect(await published(registry.client, tag)).toEqual(released);
    expect(await runningDigests(fx)).toEqual(released);
  });

  test("redeploy goes back to an earlier release, keeps it when another one never becomes healthy, and returns", async () => {
    const broken = "sha-cccccccccccc";
    const unhealthy = 'HEALTHCHECK --interval=1s --retries=1 CMD ["python", "-c", "raise SystemExit(1)"]';
    await publishVariant(fx, registry.client, app, broken, unhealthy);

    const earlier = await dispatch(app, tagOf(runner.firstCommit));
    expect(earlier.code, earlier.failure).toBe(0);
    expect(await runningDigests(fx)).toEqual(seeded);
    const [from, to] = [released[app] ?? "", seeded[app] ?? ""].map(shortDigest);
    expect(earlier.summary).toContain(`| ${app} | \`${from}\` | \`${to}\` |`);

    const failed = await dispatch(app, broken);
    expect(failed.code).not.toBe(0);
    expect(failed.log).toContain(`wmd_${app}: rolled back`);
    expect(await runningDigests(fx)).toEqual(seeded);
    expect(await healthOf(app)).toMatchObject(healthy(app, seeded));

    const unknown = await dispatch(app, "sha-dddddddddddd");
    expect(unknown.code).not.toBe(0);
    expect(unknown.failure).toContain("sha-dddddddddddd");
    expect(await runningDigests(fx)).toEqual(seeded);

    const back = await dispatch("all", tagOf(changed));
    expect(back.code, back.failure).toBe(0);
    expect(await runningDigests(fx)).toEqual(released);
  });
});
