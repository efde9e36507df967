import { inSwarm } from "../../contract/names.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { compose, liveProject, placeholders } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";
import { keptRegistry } from "../docker/registry-container.ts";
import { swarm } from "../docker/swarm.ts";
import { runningEngine, stopEngine } from "../engine/engine.ts";
import { composeMode, swarmMode } from "../rollout/keep-serving.ts";
import { leaveSwarm, removeStack } from "../rollout/local-swarm.ts";
import { managesSwarm } from "../rollout/manager.ts";
import { command, flag } from "./definition/command.ts";
import { withRunLock } from "../core/run-lock.ts";

export const stop = command({
  summary: "take the stack and the local registry down, and keep their data",
  options: {
    volumes: flag("remove the data too"),
    engine: flag("also stop a Docker engine that this project started"),
  },
  run: ({ options }, fx) =>
    withRunLock(fx, async () => {
      await takeDown(options, fx);
      if (options.engine) fx.log(`engine: ${await stopEngine(fx)}`);
    }),
});

/** One thing of this project on the engine: what there is of it, and how it is removed. */
interface Part {
  readonly name: string;
  /** The names or ids, by kind. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  readonly remove: (title: string) => Promise<unknown>;
}

export async function takeDown({ volumes }: { readonly volumes: boolean }, laptop: Effects): Promise<void> {
  const engine = await runningEngine(laptop);
  if (engine === undefined) {
    if (volumes)
      throw new UserError(
        "Cannot remove volumes: no Docker engine is running",
        "Start it with `npm run engine -- start`, then repeat the command",
      );
    laptop.log("No Docker engine is running: there is nothing to stop.");
    return;
  }
  const fx = laptop.withEnv(engine.env);
  const manager = await managesSwarm(fx);
  const parts = [
    await composePart(volumes, fx),
    ...(manager ? [await swarmPart(volumes, fx)] : []),
    await registryPart(volumes, fx),
  ];
  const present = parts.filter(({ found }) => Object.values(found).flat().length > 0);
  if (present.length === 0) fx.log("Nothing of this project is running on the Docker engine.");
  for (const { name, found, remove } of present) {
    await remove(`${name} down: ${inventory(found)}`);
    if (found["volume"]?.length) await fx.output(docker.removeVolume(...found["volume"]));
  }
  if (volumes && manager) await leaveSwarm(fx);
}

async function composePart(volumes: boolean, fx: Effects): Promise<Part> {
  return {
    name: "compose stack",
    found: {
      container: await lines(docker.labelled(composeMode.label), fx),
      network: await lines(docker.networks(composeMode.label), fx),
      volume: volumes ? await lines(docker.volumes(`label=${composeMode.label}`), fx) : [],
    },
    remove: (title) => fx.run(compose.down(liveProject, { volumes }), { env: placeholders, title }),
  };
}

async function swarmPart(volumes: boolean, fx: Effects): Promise<Part> {
  return {
    name: "swarm stack",
    found: {
      service: await lines(swarm.services, fx),
      network: await lines(docker.networks(swarmMode.label), fx),
      volume: volumes ? await lines(docker.volumes(exactly(inSwarm("postgres-data"))), fx) : [],
    },
    remove: (title) => removeStack({ volumes, title }, fx),
  };
}

async function registryPart(volumes: boolean, fx: Effects): Promise<Part> {
  return {
    name: "registry",
    found: {
      container: await lines(docker.named(keptRegistry.name), fx),
      volume: volumes ? await lines(docker.volumes(exactly(keptRegistry.volume)), fx) : [],
    },
    remove: (title) => fx.run(docker.remove(keptRegistry.name), { title }),
  };
}

/** A filter of Docker for one name: without the anchors it would match a part of other names. */
const exactly = (name: string): string => `name=^${name}$`;

const lines = async (listing: Command, fx: Effects): Promise<readonly string[]> =>
  (await fx.output(listing)).split("\n").filter(Boolean);

/** Pure: for example `2 containers, 1 network`. */
export const inventory = (found: Part["found"]): string =>
  Object.entries(found)
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `${names.length} ${kind}${names.length === 1 ? "" : "s"}`)
    .join(", ");
