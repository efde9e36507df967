import { describe, expect, test } from "vitest";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import type { Inputs } from "../../contract/contracts.ts";
import type { Digests } from "../../contract/digests.ts";
import { readLayout } from "../oci/layout.ts";
import { registryOf } from "../oci/registry.ts";
import { runningDigests } from "../rollout/services.ts";
import { writeLayout } from "../simulation/images.ts";
import { type Machine, simulatedMachine } from "../simulation/simulated-machine.ts";
import { deploy } from "./deploy.ts";
import { redeploy } from "./redeploy.ts";

const app = appNames[0]!;
const owner = "127.0.0.1:5050/wmd";
const settings = {
  DOCKER_USERNAME: owner,
  DEPLOY_HOST: "deploy@127.0.0.1",
  DEPLOY_HOST_KEY: "ssh-ed25519 AAAA",
  DEPLOY_SSH_KEY: "key",
  DEPLOY_HTTP_PORT: "",
  DEPLOY_PORT_BASE: "",
  PUBLIC_ORIGIN: "",
} as Inputs<"deploy">["settings"];

/** Publishes an image of each application under a tag. */
async function published({ fx }: Machine, tag: string): Promise<Digests<"published", AppName>> {
  const registry = registryOf("127.0.0.1:5050", fx);
  const digests: Partial<Record<AppName, string>> = {};
  for (const name of appNames) {
    writeLayout(".pipeline/image", `${name} ${tag}`, fx.files);
    const repository = `wmd/${catalog[name].image}`;
    digests[name] = await registry.push(repository, await readLayout(".pipeline/image", fx.files));
    await registry.tag(repository, digests[name] as `sha256:${string}`, tag);
  }
  return digests as Digests<"published", AppName>;
}

async function serving() {
  const machine = simulatedMachine();
  machine.state.swarm = true;
  const first = await published(machine, "sha-1");
  await deploy({ published: first, tag: "sha-1", settings }, machine.fx);
  return { machine, first };
}

describe("the deploy stage", () => {
  test("rolls out what was published, over SSH, and leaves no key behind", async () => {
    const { machine, first } = await serving();
    expect(await runningDigests(machine.fx)).toEqual(first);
    expect(machine.fx.files.list("/temporary", { recursive: true })).toEqual([]);
    expect(machine.summaries.join("")).toContain("sha-1");
  });

  test("fails on an engine that manages no swarm, before anything is deployed", async () => {
    const machine = simulatedMachine();
    const deployment = deploy({ published: await published(machine, "sha-1"), tag: "sha-1", settings }, machine.fx);
    await expect(deployment).rejects.toThrow("127.0.0.1");
    expect(machine.state.services.size).toBe(0);
  });

  test("names every setting that is missing", async () => {
    const unset = { ...settings, DEPLOY_HOST: "", DEPLOY_SSH_KEY: "" };
    await expect(deploy({ published: {}, tag: "sha-1", settings: unset }, simulatedMachine().fx)).rejects.toThrow(
      /DEPLOY_HOST, DEPLOY_SSH_KEY are/u,
    );
  });
});

describe("the redeploy stage", () => {
  test("replaces one application, and keeps the others", async () => {
    const { machine, first } = await serving();
    const second = await published(machine, "sha-2");
    await redeploy({ app, tag: "sha-2", reason: "a test", settings }, machine.fx);
    expect(await runningDigests(machine.fx)).toEqual({ ...first, [app]: second[app] });
    expect(machine.summaries.at(-1)).toContain("> a test");
  });

  test("replaces all applications", async () => {
    const { machine } = await serving();
    const second = await published(machine, "sha-2");
    await redeploy({ app: "all", tag: "sha-2", reason: "", settings }, machine.fx);
    expect(await runningDigests(machine.fx)).toEqual(second);
  });

  test("a tag that was never published changes nothing", async () => {
    const { machine, first } = await serving();
    await expect(redeploy({ app: "all", tag: "sha-9", reason: "", settings }, machine.fx)).rejects.toThrow("sha-9");
    expect(await runningDigests(machine.fx)).toEqual(first);
  });

  test("the first release has all applications: one of several cannot be it", async () => {
    const machine = simulatedMachine();
    machine.state.swarm = true;
    await published(machine, "sha-1");
    const first = redeploy({ app, tag: "sha-1", reason: "", settings }, machine.fx);
    if (appNames.length === 1) await expect(first).resolves.toBeDefined();
    else await expect(first).rejects.toThrow("no release runs");
  });
});
