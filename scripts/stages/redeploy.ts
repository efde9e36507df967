/** Deploys a published tag again: its digests are looked up in the registry, and nothing is built. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Digests } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { splitOwner } from "../oci/owner.ts";
import { registryOf } from "../oci/registry.ts";
import { changes } from "../rollout/changes.ts";
import { onManager, portsFrom } from "../rollout/manager.ts";
import { runningDigests } from "../rollout/services.ts";
import { rollOut } from "../rollout/swarm-release.ts";

export async function redeploy(
  { app, tag, reason, settings }: Inputs<"redeploy">,
  fx: Effects,
): Promise<Outputs<"redeploy">> {
  const wanted: readonly AppName[] = app === "all" ? appNames : [app];
  await onManager(settings, fx, async (host, remote) => {
    const before = await runningDigests(remote);
    const owner = settings.DOCKER_USERNAME;
    const digests = { ...before, ...(await publishedAs(tag, wanted, owner, fx)) } as Digests<string, AppName>;
    const absent = appNames.filter((name) => digests[name] === undefined);
    if (absent.length > 0)
      throw new UserError(
        `${absent.join(", ")}: no release runs that could be kept`,
        "Redeploy all applications once: choose `all`",
      );
    const release = { owner, digests, ports: portsFrom(settings), host };
    await rollOut({ ...release, payments: settings, trustedProxies: settings.TRUSTED_PROXIES }, remote);
    const quote = reason === "" ? "" : `\n> ${reason.replaceAll("\n", " ")}\n`;
    await fx.summary(changes(`Redeployed \`${tag}\``, before, digests) + quote);
  });
  return {};
}

const lookupsAtOnce = 5;

/** The digest of each application's image under the tag. */
async function publishedAs(
  tag: string,
  apps: readonly AppName[],
  owner: string,
  fx: Effects,
): Promise<Digests<"published", AppName>> {
  const { host, account } = splitOwner(owner);
  const registry = registryOf(host, fx);
  const found = await pool(
    lookupsAtOnce,
    apps,
    async (app) => [app, await registry.resolve(`${account}/${catalog[app].image}`, tag)] as const,
  );
  const absent = found.flatMap(([app, digest]) => (digest === undefined ? [app] : []));
  if (absent[0] !== undefined)
    throw new UserError(
      `The tag ${tag} was never published for ${absent.join(", ")}`,
      `List the published tags of ${owner}/${catalog[absent[0]].image} in the registry`,
    );
  return Object.fromEntries(found);
}
