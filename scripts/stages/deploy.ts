/** Rolls the published images out, by digest, onto the swarm that the settings name. */
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import { runOf } from "../../contract/run.ts";
import type { Effects } from "../core/effects.ts";
import { changes } from "../rollout/changes.ts";
import { onManager, portsFrom } from "../rollout/manager.ts";
import { runningDigests } from "../rollout/services.ts";
import { rollOut } from "../rollout/swarm-release.ts";
import { findRelease, supersededBy } from "../release/current-release.ts";

export async function deploy({ published, tag, settings }: Inputs<"deploy">, fx: Effects): Promise<Outputs<"deploy">> {
  const newer = await newerRelease(settings.DOCKER_USERNAME, fx);
  if (newer !== undefined) {
    fx.log(`  ${newer}: nothing is deployed`);
    await fx.summary(`## Not deployed\n\n${newer}.\n`);
    return {};
  }
  await onManager(settings, fx, async (host, remote) => {
    const before = await runningDigests(remote);
    const owner = settings.DOCKER_USERNAME;
    const release = { owner, digests: published, ports: portsFrom(settings), host };
    await rollOut({ ...release, payments: settings, trustedProxies: settings.TRUSTED_PROXIES }, remote);
    await fx.summary(changes(`Deployed \`${tag}\``, before, published));
  });
  return {};
}

/** A release may have been published while this job waited for its turn or for a review. */
async function newerRelease(owner: string, fx: Effects): Promise<string | undefined> {
  const run = runOf(fx.env);
  if (run === undefined) return undefined;
  const found = await findRelease(owner, run, fx);
  if (found.doubt !== undefined) fx.log(`  Whether a newer release exists cannot be determined: ${found.doubt}`);
  return supersededBy(found, run, fx);
}
