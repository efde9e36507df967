/** Deploys on this machine's engine, and restores what served before when that fails. */
import { environmentOf } from "../../contract/release-environment.ts";
import { stackName } from "../../contract/names.ts";
import type { Effects } from "../core/effects.ts";
import { compose, liveProject, placeholders } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";
import { parseContainers } from "../docker/inspected.ts";
import { swarm } from "../docker/swarm.ts";
import { deployCompose } from "./compose-release.ts";
import { deploySwarm, stackLabel } from "./local-swarm.ts";
import type { Release } from "./release.ts";

/** A way to serve on this machine: compose, or a swarm of one. */
export interface ServingMode {
  /** The label of its containers. */
  readonly label: string;
  readonly deploy: (release: Release, fx: Effects) => Promise<void>;
  /** Records what serves now; the returned function restores it, after a signal too. */
  readonly snapshot: (fx: Effects) => Promise<() => Promise<unknown>>;
}

export const composeMode: ServingMode = {
  label: `com.docker.compose.project=${stackName}`,
  deploy: (release, fx) => deployCompose(release, liveProject, fx),
  async snapshot(fx) {
    const names = await containersWith(composeMode.label, fx);
    if (names.length === 0)
      return () => fx.cleanUp(compose.down(liveProject, { volumes: false }), { env: placeholders });
    const env = environmentOf(parseContainers(await fx.output(docker.inspect("{{json .}}", ...names))));
    return () => fx.cleanUp(compose.up(liveProject), { env: { ...placeholders, ...env } });
  },
};

export const swarmMode: ServingMode = {
  label: stackLabel,
  deploy: deploySwarm,
  async snapshot(fx) {
    const names = await containersWith(swarmMode.label, fx);
    // A stack that served before is rolled back by the swarm itself.
    return () => (names.length === 0 ? fx.cleanUp(swarm.remove) : Promise.resolve());
  },
};

const containersWith = async (label: string, fx: Effects): Promise<readonly string[]> =>
  (await fx.output(docker.labelled(label))).split("\n").filter(Boolean);

/** A failed deployment leaves what served before: nothing, or the earlier release. */
export async function keepServing(mode: ServingMode, release: Release, fx: Effects): Promise<void> {
  const restore = await mode.snapshot(fx);
  try {
    await mode.deploy(release, fx);
  } catch (failure) {
    fx.log("  ↩ restoring what served before");
    await restore();
    throw failure;
  }
}
