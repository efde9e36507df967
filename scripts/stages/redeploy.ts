/** A published tag again: its digests are looked up, nothing is built. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import type { Digests } from "../../contract/digests.ts";
import type { Environment } from "../../contract/inputs.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import { changes } from "../rollout/changes.ts";
import { onManager, portsFrom } from "../rollout/manager.ts";
import { rollOut } from "../rollout/swarm-release.ts";
import { runningDigests } from "../rollout/services.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { registryClient, splitOwner } from "../oci/registry.ts";

export async function redeploy(
  { app, tag, reason, settings }: Inputs<"redeploy">,
  env: Environment,
  fx: Effects,
): Promise<Outputs<"redeploy">> {
  const wanted: readonly AppName[] = app === "all" ? appNames : [app];
  await onManager(settings, env, fx, async (remote, host) => {
    const before = await runningDigests(remote, fx);
    const digests = { ...before, ...(await publishedAs(tag, wanted, settings.DOCKER_USERNAME)) } as Digests<
      string,
      AppName
    >;
    const absent = appNames.filter((name) => digests[name] === undefined);
    if (absent.length > 0)
      throw new UserError(
        `${absent.join(", ")}: nothing runs yet that could be kept`,
        "Redeploy all applications once",
      );
    const release = { owner: settings.DOCKER_USERNAME, digests, ports: portsFrom(settings), host, payments: settings };
    await rollOut(release, remote, fx);
    await fx.summary(
      changes(`Redeployed \`${tag}\``, before, digests) +
        (reason === "" ? "" : `\n> ${reason.replaceAll("\n", " ")}\n`),
    );
  });
  return {};
}

async function publishedAs(
  tag: string,
  apps: readonly AppName[],
  owner: string,
): Promise<Digests<"published", AppName>> {
  const { host, account } = splitOwner(owner);
  const registry = registryClient(host);
  const found = await Promise.all(
    apps.map(async (app) => [app, await registry.resolve(`${account}/${catalog[app].image}`, tag)] as const),
  );
  const absent = found.flatMap(([app, digest]) => (digest === undefined ? [app] : []));
  if (absent.length > 0)
    throw new UserError(
      `The tag ${tag} was never published for ${absent.join(", ")}`,
      `See the tags of ${owner}/${catalog[absent[0] as AppName].image}`,
    );
  return Object.fromEntries(found);
}
