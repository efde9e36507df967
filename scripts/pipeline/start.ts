/** The whole pipeline on this machine: from the files as they are to a stack that serves. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { shortDigest } from "../../contract/digests.ts";
import { type Ports, portOf } from "../../contract/ports.ts";
import type { Effects } from "../core/effects.ts";
import { duration, megabytes } from "../core/format.ts";
import { splitOwner } from "../oci/owner.ts";
import { registryOf } from "../oci/registry.ts";
import { type LiveTarget, type Owner, liveTarget } from "./deploy-target.ts";
import { type PipelineOptions, type PipelineResult, pipeline } from "./pipeline.ts";
import { verdictLine } from "../reports/junit.ts";
import { columns } from "../reports/tables.ts";
import { savedBy, workTable } from "../reports/work-table.ts";
import type { Built } from "../stages/build.ts";

export interface StartOptions extends LiveTarget, PipelineOptions {}

export async function start(options: StartOptions, fx: Effects): Promise<void> {
  const { ports, owner } = options;
  if (owner) await verifyRegistryLogin(owner, fx);
  const { tag, built, published, times, done } = await pipeline(liveTarget(options), options, fx);
  fx.log(`\n${table(built, published, ports)}\n`);
  fx.log(`${columns(workTable(done))}\n`);
  fx.log(timeLine(times, done));
  fx.log(`\nServing ${tag} on http://localhost${ports.http === 80 ? "" : `:${ports.http}`}`);
}

/** These parts run one after another, so that their times are the critical path. */
function timeLine(times: PipelineResult["times"], done: PipelineResult["done"]): string {
  const stages = times.map(([name, time]) => `${name} ${duration(time)}`).join(" · ");
  const total = times.reduce((sum, [, time]) => sum + time, 0);
  return `${stages} · total ${duration(total)}, ${duration(savedBy(done))} of work saved`;
}

/** Fails before anything is built where the registry refuses the login. */
async function verifyRegistryLogin({ name, credentials }: Owner, fx: Effects): Promise<void> {
  const { host, account } = splitOwner(name);
  const registry = registryOf(host, fx, credentials);
  for (const { image } of Object.values(catalog)) await registry.resolve(`${account}/${image}`, "latest");
}

function table(
  built: ReadonlyMap<AppName, Built>,
  digests: Readonly<Partial<Record<AppName, string>>>,
  ports: Ports,
): string {
  const rows = appNames.map((app) => [
    app,
    catalog[app].route ?? "–",
    String(portOf(app, ports)),
    String(catalog[app].replicas),
    shortDigest(digests[app] ?? ""),
    megabytes(built.get(app)?.layout.size ?? 0),
    verdictLine(built.get(app)?.tests ?? { passed: 0, failed: 0, skipped: 0 }),
  ]);
  return columns([["application", "route", "port", "replicas", "digest", "size", "tests"], ...rows]);
}
