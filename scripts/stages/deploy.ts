/** Rolls the published images out, by digest, onto the swarm that the settings name. */
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Effects } from "../core/effects.ts";
import { changes } from "../rollout/changes.ts";
import { onManager, portsFrom } from "../rollout/manager.ts";
import { runningDigests } from "../rollout/services.ts";
import { rollOut } from "../rollout/swarm-release.ts";

export async function deploy({ published, tag, settings }: Inputs<"deploy">, fx: Effects): Promise<Outputs<"deploy">> {
  await onManager(settings, fx, async (host, remote) => {
    const before = await runningDigests(remote);
    const owner = settings.DOCKER_USERNAME;
    await rollOut({ owner, digests: published, ports: portsFrom(settings), host, payments: settings }, remote);
    await fx.summary(changes(`Deployed \`${tag}\``, before, published));
  });
  return {};
}
