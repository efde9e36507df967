/** This machine's own engine as a swarm of one: what production runs, on a laptop. */
import { setTimeout as sleep } from "node:timers/promises";
import { docker } from "../docker/docker.ts";
import { inSwarm, stackName } from "../../contract/names.ts";
import { swarm } from "../docker/swarm.ts";
import type { Release } from "./release.ts";
import { managesSwarm } from "./manager.ts";
import { rollOut } from "./swarm-release.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";

/** Of `docker info`. */
interface State {
  readonly LocalNodeState: string;
  readonly Nodes?: number;
}

/** What the stack's containers carry. */
export const stackLabel = `com.docker.stack.namespace=${stackName}`;

const stateOf = async (fx: Effects): Promise<State> => JSON.parse(await fx.output(swarm.state)) as State;

/** Makes the engine a swarm where it is in none. */
export async function ensureSwarm(fx: Effects): Promise<void> {
  if ((await stateOf(fx)).LocalNodeState === "inactive") await fx.run(swarm.init, { title: "swarm of one" });
  else if (!(await managesSwarm({}, fx)))
    throw new UserError(
      "This engine belongs to a swarm that it does not manage",
      "Deploy from its manager, or leave that swarm",
    );
}

export async function deploySwarm(release: Release, fx: Effects): Promise<void> {
  await ensureSwarm(fx);
  await rollOut(release, {}, fx);
}

/** Takes the stack down, and waits until none of its containers is left. */
export async function removeStack({ volumes }: { readonly volumes: boolean }, fx: Effects): Promise<void> {
  await fx.run(swarm.remove, { title: "swarm stack down" });
  while ((await fx.output(docker.labelled(stackLabel))).trim() !== "") await sleep(300);
  if (volumes) await fx.tryRun(docker.removeVolume(inSwarm("postgres-data")));
}

/**
 * Ends a swarm of one where that harms nobody: an engine that leaves a swarm forgets the names of every container that
 * runs, those in networks that have nothing to do with the swarm too (moby's `cleanupServiceDiscovery`).
 */
export async function leaveSwarm(fx: Effects): Promise<void> {
  const { LocalNodeState: state, Nodes: nodes } = await stateOf(fx);
  if (state === "inactive") return;
  const [containers, services] = [await fx.output(docker.running), await fx.output(swarm.allServices)];
  if (nodes === 1 && containers.trim() === "" && services.trim() === "") await fx.run(swarm.leave);
  else fx.log("  This engine stays in its swarm: leaving would harm what else it runs");
}
