/** Rolls the published images out, by digest, onto the swarm that the settings name. */
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Environment } from "../../contract/inputs.ts";
import type { Effects } from "../core/effects.ts";
import { changes } from "../rollout/changes.ts";
import { onManager, portsFrom } from "../rollout/manager.ts";
import { runningDigests } from "../rollout/services.ts";
import { rollOut } from "../rollout/swarm-release.ts";

export async function deploy(
  { published, tag, settings }: Inputs<"deploy">,
  env: Environment,
  fx: Effects,
): Promise<Outputs<"deploy">> {
  await onManager(settings, env, fx, async (remote, host) => {
    const before = await runningDigests(remote, fx);
    const ports = portsFrom(settings);
    const release = { owner: settings.DOCKER_USERNAME, digests: published, ports, host, payments: settings };
    await rollOut(release, remote, fx);
    await fx.summary(changes(`Deployed \`${tag}\``, before, published));
  });
  return {};
}
