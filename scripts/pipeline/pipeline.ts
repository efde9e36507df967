/** Every stage in its turn, on this machine's engine. */
import type { AppName } from "../../apps/catalog.ts";
import { artifactPath } from "../../contract/codecs.ts";
import type { Digests } from "../../contract/digests.ts";
import type { Effects } from "../core/effects.ts";
import { readSourceTree } from "../core/source-tree.ts";
import { workTree } from "../core/work-tree.ts";
import { checkPorts } from "../docker/ports.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { currentInputs } from "../proofs/current-inputs.ts";
import { localProofs, proverOf } from "../proofs/prover.ts";
import type { WorkDone } from "../reports/work-table.ts";
import type { Built } from "../stages/build.ts";
import { integrate } from "../stages/integrate.ts";
import { plan } from "../stages/plan.ts";
import { publishTo } from "../stages/publish.ts";
import type { DeployTarget } from "./deploy-target.ts";
import { publisher } from "./publisher.ts";
import { sideBySide } from "./side-by-side.ts";

export interface PipelineResult {
  readonly tag: string;
  readonly built: ReadonlyMap<AppName, Built>;
  readonly published: Digests<"published", AppName>;
  /** Milliseconds of each stage, in order. */
  readonly times: readonly (readonly [string, number])[];
  /** The pieces of work that were done, or found proven. */
  readonly done: readonly WorkDone[];
}

export interface PipelineOptions {
  /** Whether an engine may be installed where there is none. */
  readonly engine: boolean;
  /** Does all work, and believes no proof of an earlier run. */
  readonly fresh: boolean;
}

/** As in the workflow, each stage is given the outputs of the ones that it needs. */
export async function pipeline(target: DeployTarget, options: PipelineOptions, fx: Effects): Promise<PipelineResult> {
  const times: (readonly [string, number])[] = [];
  const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = fx.now();
    const result = await fx.group(name, work);
    times.push([name, fx.now() - start]);
    return result;
  };

  await checkPorts(target.needs.ports, await publisher(target.needs.labels, fx), fx);
  const { engine, onEngine } = await stage("engine", () => prepareEngine(options, fx));
  const { build: apps, tag } = await stage("plan", () =>
    plan(
      { kind: "laptop" },
      { fresh: false, settings: { DOCKER_USERNAME: "", DEPLOY_HOST: "", PUBLIC_ORIGIN: "", TRUSTED_PROXIES: "" } },
      currentInputs(onEngine),
      onEngine,
    ),
  );
  const { commit } = await workTree(await readSourceTree(onEngine), onEngine);
  const prover = proverOf(localProofs({ believe: !options.fresh }, onEngine), { commit }, onEngine);
  const images = Object.fromEntries(apps.map((app) => [app, artifactPath("oci", app)]));
  const integration = { carried: {}, changed: apps, images, settings: { DOCKER_USERNAME: "" } };
  const tools = { prover, current: currentInputs(onEngine) };
  const { built, integrated } = await stage("check, build and integrate", () =>
    sideBySide({ apps, engine, prover, integrate: () => integrate(integration, tools, onEngine) }, onEngine),
  );
  const { tested } = integrated;
  const published = await target.publishing(onEngine, async ({ name: owner, credentials }) => {
    const digests = await stage("publish", () =>
      publishTo(owner, { images, carried: {}, tested, tag }, onEngine, credentials),
    );
    const release = { owner, digests, ports: target.ports, host: "127.0.0.1" };
    await stage("deploy", () => target.deploy(release, onEngine));
    return digests;
  });
  return { tag, built, published, times, done: prover.done };
}
