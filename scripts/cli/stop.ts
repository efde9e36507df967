/** Takes down what serves on this machine. */
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { compose, liveProject, placeholders } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";
import { keptRegistry } from "../docker/registry-container.ts";
import { runningEngine } from "../engine/engine.ts";
import { leaveSwarm, removeStack } from "../rollout/local-swarm.ts";
import { managesSwarm } from "../rollout/manager.ts";

export interface StopOptions {
  /** Drop the data too. */
  readonly volumes: boolean;
}

/** Takes the stack and the registry down; data is kept unless it is said otherwise. */
export async function stop({ volumes }: StopOptions, laptop: Effects): Promise<void> {
  const engine = await runningEngine(laptop);
  if (engine === undefined) {
    if (volumes)
      throw new UserError("No Docker engine runs, and volumes are dropped by one", "npm run engine -- start");
    laptop.log("No Docker engine runs: nothing serves.");
    return;
  }
  const fx = laptop.withEnv(engine.env);
  const manager = await managesSwarm(fx);
  if (manager) await removeStack({ volumes }, fx);
  await fx.run(compose.down(liveProject, { volumes }), { env: placeholders, title: "stack down" });
  await fx.run(docker.remove(keptRegistry.name), { title: "registry down" });
  if (volumes) await fx.tryRun(docker.removeVolume(keptRegistry.volume));
  if (volumes && manager) await leaveSwarm(fx);
}
