/** Every stage in its turn, on this machine's engine. */
import type { AppName } from "../../apps/catalog.ts";
import { artifactPath } from "../../contract/codecs.ts";
import type { Digests } from "../../contract/digests.ts";
import type { Effects } from "../core/effects.ts";
import { timed } from "../core/timed.ts";
import { checkPorts } from "../docker/ports.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { check } from "../stages/check.ts";
import { integrate } from "../stages/integrate.ts";
import { plan } from "../stages/plan.ts";
import { publishTo } from "../stages/publish.ts";
import type { Built } from "../stages/build.ts";
import { buildAll } from "./build-all.ts";
import type { DeployTarget } from "./deploy-target.ts";
import { publisher } from "./publisher.ts";

export interface PipelineResult {
  readonly tag: string;
  readonly built: ReadonlyMap<AppName, Built>;
  readonly published: Digests<"published", AppName>;
  /** Milliseconds of each stage, in order. */
  readonly times: readonly (readonly [string, number])[];
}

/** Every stage in its turn; each is given what the one before gave, as in the workflow. */
export async function pipeline(
  site: DeployTarget,
  options: { readonly engine: boolean },
  fx: Effects,
): Promise<PipelineResult> {
  const times: (readonly [string, number])[] = [];
  const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const [result, time] = await timed(() => fx.group(name, work));
    times.push([name, time]);
    return result;
  };

  await checkPorts(site.needs.ports, await publisher(site.needs.labels, fx));
  const engine = await stage("engine", () => prepareEngine(options, fx));
  const { apps, tag } = await stage("plan", () =>
    plan({ kind: "laptop" }, { settings: { DOCKER_USERNAME: "", DEPLOY_HOST: "" } }, fx),
  );
  await stage("check", () => check({ settings: {} }, fx));
  const built = await stage("build", () => buildAll(apps, engine, fx));
  const folders = Object.fromEntries(apps.map((app) => [app, artifactPath("oci", app)]));
  const { tested } = await stage("integrate", () => integrate({ apps, images: folders, settings: {} }, fx));
  const published = await site.publishing(fx, async ({ name: owner, credentials }) => {
    const digests = await stage("publish", () => publishTo(owner, folders, tested, tag, fx, credentials));
    await stage("deploy", () => site.deploy({ owner, digests, ports: site.ports, host: "127.0.0.1" }, fx));
    return digests;
  });
  return { tag, built, published, times };
}
