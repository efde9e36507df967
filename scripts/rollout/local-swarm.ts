/** This machine's own engine as a swarm of one: production's way to serve, on a laptop. */
import { inSwarm, stackName } from "../../contract/names.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { waitUntil } from "../core/wait-until.ts";
import { docker } from "../docker/docker.ts";
import { parseSwarmState } from "../docker/inspected.ts";
import { swarm } from "../docker/swarm.ts";
import { managesSwarm } from "./manager.ts";
import type { Release } from "./release.ts";
import { rollOut } from "./swarm-release.ts";

/** The label of the stack's containers. */
export const stackLabel = `com.docker.stack.namespace=${stackName}`;

/** Initializes a swarm on the engine where it is in none. */
export async function ensureSwarm(fx: Effects): Promise<void> {
  const { LocalNodeState: state } = parseSwarmState(await fx.output(swarm.state));
  if (state === "inactive") await fx.run(swarm.init, { title: "swarm of one" });
  else if (!(await managesSwarm(fx)))
    throw new UserError(
      "This engine belongs to a swarm that it does not manage",
      "Deploy from the swarm's manager, or leave that swarm",
    );
}

export async function deploySwarm(release: Release, fx: Effects): Promise<void> {
  await ensureSwarm(fx);
  await rollOut(release, fx);
}

/** The longest stop of a container is 30 s; the engine takes the networks down after that. */
const removalTimeoutMs = 120_000;

/** Takes the stack down, and waits until none of its containers is left. */
export async function removeStack(
  { volumes, title = "swarm stack down" }: { readonly volumes: boolean; readonly title?: string },
  fx: Effects,
): Promise<void> {
  await fx.run(swarm.remove, { title });
  const containers = async () => (await fx.output(docker.labelled(stackLabel))).split("\n").filter(Boolean);
  await waitUntil(
    async () => ((await containers()).length === 0 ? true : undefined),
    {
      timeoutMs: removalTimeoutMs,
      intervalMs: 300,
      onTimeout: async () =>
        new UserError(
          `These containers of the stack did not end: ${(await containers()).join(", ")}`,
          "Read their logs with docker logs, remove them with docker rm --force, then run this again",
        ),
    },
    fx,
  );
  if (volumes) await fx.tryRun(docker.removeVolume(inSwarm("postgres-data")));
}

/**
 * Leaves a swarm of one where that harms nothing else: an engine that leaves a swarm forgets the names of all running
 * containers, those in networks outside the swarm too (moby's `cleanupServiceDiscovery`).
 */
export async function leaveSwarm(fx: Effects): Promise<void> {
  const { LocalNodeState: state, Nodes: nodes } = parseSwarmState(await fx.output(swarm.state));
  if (state === "inactive") return;
  const [containers, services] = [await fx.output(docker.running), await fx.output(swarm.allServices)];
  if (nodes === 1 && containers.trim() === "" && services.trim() === "") await fx.run(swarm.leave);
  else fx.log("  This engine stays in its swarm: other containers or services run on it");
}
