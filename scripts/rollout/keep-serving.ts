/** Deploys on this machine's engine, and restores what served before when that fails. */
import { type Container, environmentOf } from "../../contract/release-environment.ts";
import { stackName } from "../../contract/names.ts";
import type { Effects } from "../core/effects.ts";
import { compose, liveProject, placeholders } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";
import { swarm } from "../docker/swarm.ts";
import { deployCompose } from "./compose-release.ts";
import { deploySwarm, stackLabel } from "./local-swarm.ts";
import type { Release } from "./release.ts";

/** One way to serve on this machine, and how its containers are known. */
export interface ServingMode {
  readonly label: string;
  readonly deploy: (release: Release, fx: Effects) => Promise<void>;
  /** Looks at what is there, and gives what puts it back; that works after a signal, too. */
  readonly snapshot: (fx: Effects) => Promise<() => Promise<unknown>>;
}

export const composeStack: ServingMode = {
  label: `com.docker.compose.project=${stackName}`,
  deploy: (release, fx) => deployCompose(release, liveProject, fx),
  async snapshot(fx) {
    const names = await containersOf(composeStack, fx);
    if (names.length === 0)
      return () => fx.cleanUp(compose.down(liveProject, { volumes: false }), { env: placeholders });
    const inspected = await fx.output(docker.inspect("{{json .}}", ...names));
    const env = environmentOf(
      inspected
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Container),
    );
    return () => fx.cleanUp(compose.up(liveProject), { env: { ...placeholders, ...env } });
  },
};
export const swarmStack: ServingMode = {
  label: stackLabel,
  deploy: deploySwarm,
  async snapshot(fx) {
    const names = await containersOf(swarmStack, fx);
    // Swarm itself puts a service back.
    return () => (names.length === 0 ? fx.cleanUp(swarm.remove) : Promise.resolve());
  },
};

const containersOf = async ({ label }: Pick<ServingMode, "label">, fx: Effects): Promise<readonly string[]> =>
  (await fx.output(docker.labelled(label))).split("\n").filter(Boolean);

/** What did not serve before is taken down again when it does not come up; what did serves again. */
export async function keepServing(stack: ServingMode, release: Release, fx: Effects): Promise<void> {
  const restore = await stack.snapshot(fx);
  try {
    await stack.deploy(release, fx);
  } catch (failure) {
    fx.log("  ↩ what was here before is put back");
    await restore();
    throw failure;
  }
}
