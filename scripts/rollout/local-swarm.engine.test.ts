import { afterAll, beforeAll, expect, test } from "vitest";
import { docker } from "../docker/docker.ts";
import { managesSwarm } from "./manager.ts";
import { createEffects } from "../core/effects.ts";
import { images } from "../../contract/base-images.ts";
import { ensureSwarm, leaveSwarm } from "./local-swarm.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const name = `wmd-names-${process.pid}`;
const [server, visitor] = [`${name}-server`, `${name}-visitor`];
let swarmWasThere: boolean;

beforeAll(async () => {
  swarmWasThere = await managesSwarm(fx);
  await fx.output(["docker", "network", "create", name]);
  for (const container of [server, visitor])
    await fx.output(["docker", "run", "--detach", "--name", container, "--network", name, images.proxy]);
});
afterAll(async () => {
  await fx.tryRun(docker.remove(server, visitor));
  await fx.tryRun(["docker", "network", "rm", name]);
  if (!swarmWasThere) await leaveSwarm(fx);
});

test("containers that run keep their names when the swarm is no longer needed", async () => {
  const visit = () => fx.output(["docker", "exec", visitor, "wget", "-q", "-O", "-", `http://${server}/`]);
  const page = await visit();
  await ensureSwarm(fx);
  await leaveSwarm(fx);
  expect(await visit()).toBe(page);
});
