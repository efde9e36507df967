/** Decides what a run builds, and whether it publishes and deploys: it compares the files with the current release. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Digest, Digests } from "../../contract/digests.ts";
import { type Previous, imagesOf, provenIn } from "../../contract/release-document.ts";
import { runOf } from "../../contract/run.ts";
import type { Trigger } from "../../contract/trigger.ts";
import { checkOrigin } from "../../contract/payments.ts";
import { checkNetworks } from "../../contract/trusted-proxies.ts";
import type { Effects } from "../core/effects.ts";
import { git } from "../core/git.ts";
import { pool } from "../core/pool.ts";
import { readSourceTree } from "../core/source-tree.ts";
import { workTree } from "../core/work-tree.ts";
import { splitOwner } from "../oci/owner.ts";
import { type Registry, registryWithin } from "../oci/registry.ts";
import type { CurrentInputs } from "../proofs/current-inputs.ts";
import { applicationInputs, integrationInputs } from "../proofs/work-inputs.ts";
import { findRelease } from "../release/current-release.ts";
import { type AppFacts, type Comparison, carriedImages, decide } from "../release/decide.ts";
import { planSummary } from "../release/plan-summary.ts";

export type Plan = Outputs<"plan">;

export async function plan(
  trigger: Trigger,
  { fresh, settings }: Inputs<"plan">,
  current: CurrentInputs,
  fx: Effects,
): Promise<Plan> {
  // The deploy stage reads these. A wrong value is an error before anything is built.
  checkOrigin(settings.PUBLIC_ORIGIN);
  checkNetworks(settings.TRUSTED_PROXIES);
  const owner = settings.DOCKER_USERNAME;
  const decision = decide({
    trigger,
    compared: await compare(trigger, fresh, owner, current, fx),
    tag:
      trigger.kind === "laptop"
        ? (await workTree(await readSourceTree(fx), fx)).tag
        : `sha-${trigger.commit.slice(0, 12)}`,
    accountSet: owner !== "",
    hostSet: settings.DEPLOY_HOST !== "",
  });
  for (const reason of decision.reasons) fx.log(`  ${reason}`);
  await fx.summary(planSummary(decision));
  const { reasons: _, steps: __, notes: ___, ...outputs } = decision;
  return outputs;
}

async function compare(
  trigger: Trigger,
  fresh: boolean,
  owner: string,
  current: CurrentInputs,
  fx: Effects,
): Promise<Comparison | string> {
  const run = runOf(fx.env);
  if (trigger.kind === "laptop" || run === undefined) return "a laptop does not follow a release";
  if (fresh || trigger.kind === "schedule") return "this run believes no earlier result";
  const found = await findRelease(owner, run, fx);
  if (found.current === undefined) return found.doubt;
  return compareWith(found.current, { trigger, owner, current, registry: registryFor(owner, fx) }, fx);
}

const lookupMs = 30_000;
const registryFor = (owner: string, fx: Effects): Registry => registryWithin(lookupMs, splitOwner(owner).host, fx);

interface Here {
  readonly trigger: Exclude<Trigger, { kind: "laptop" }>;
  readonly owner: string;
  readonly current: CurrentInputs;
  readonly registry: Registry;
}

const lookupsAtOnce = 5;

async function compareWith({ release }: Previous, here: Here, fx: Effects): Promise<Comparison> {
  const { trigger, owner, current, registry } = here;
  const diff = await fx.tryRun(git.changed(release.commit, trigger.commit));
  const changed = diff.code === 0 ? diff.stdout.split("\0").filter(Boolean) : undefined;

  const factsOf = async (app: AppName): Promise<AppFacts> => {
    const read = applicationInputs(app, fx.files.read);
    const inputs = await current.digestOf(read);
    const proof = provenIn(release, app, inputs, Date.now());
    const digest = proof?.images[app];
    const repository = `${splitOwner(owner).account}/${catalog[app].image}`;
    return {
      inputs,
      proof,
      held: digest !== undefined && (await isHeld(registry, repository, digest, fx)),
      changed: changed && current.among(read, changed),
    };
  };
  const facts = await pool(lookupsAtOnce, appNames, async (app) => [app, await factsOf(app)] as const);
  const apps = Object.fromEntries(facts) as Comparison["apps"];
  const provenTogether = async (images: Digests<string, AppName>) =>
    appNames.every((app) => images[app] !== undefined)
      ? provenIn(release, "integration", await current.digestOf(integrationInputs(images, fx.files.read)), Date.now())
      : undefined;
  const baseline = imagesOf(release);
  return {
    release: release.run.number,
    apps,
    proofs: release.proofs,
    integration: await provenTogether(carriedImages({ apps })),
    baseline: (await provenTogether(baseline)) && baseline,
  };
}

/** An image that cannot be looked up is built. */
async function isHeld(registry: Registry, repository: string, digest: Digest, fx: Effects): Promise<boolean> {
  try {
    return (await registry.digest(repository, digest)) !== undefined;
  } catch (cause) {
    fx.throwIfCancelled();
    fx.warn(`${repository} cannot be looked up: ${cause instanceof Error ? cause.message : String(cause)}`);
    return false;
  }
}
