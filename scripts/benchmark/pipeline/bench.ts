/** Compares our pipeline with the seed's workflow: the same applications, machine and hour, in turns. */
import { arch, cpus, loadavg, totalmem } from "node:os";
import type { Command } from "../../core/command.ts";
import type { Effects } from "../../core/effects.ts";
import { gigabytes } from "../../core/format.ts";
import type { SourceTree } from "../../core/source-tree.ts";
import { withRegistry } from "../../docker/registry-container.ts";
import { prepareEngine } from "../../engine/prepare-engine.ts";
import { chartOf } from "./chart.ts";
import { node, sameSteps, seed } from "./compose-contenders.ts";
import { type Contender as Implementation, type Setting, treesFolder } from "./contender.ts";
import { measureAll } from "./measure.ts";
import { ours } from "./ours.ts";
import { reportOf } from "./report.ts";
import { type Results, noResults } from "./results.ts";
import { type Contender, type ScenarioName, additions, scenarios } from "./scenarios.ts";

export interface BenchOptions {
  readonly scenarios: readonly ScenarioName[];
  readonly runs: number;
  /** No measurement begins after so many minutes. */
  readonly minutes: number;
}

export const reportFiles = { table: ".pipeline/bench.md", chart: ".pipeline/bench.svg" } as const;

export async function bench(options: BenchOptions, sources: SourceTree, fx: Effects): Promise<void> {
  const results = noResults();
  const deadline = fx.now() + options.minutes * 60_000;
  const other = loadavg()[0] ?? 0;
  // A scenario that is impossible with these sources is refused now, and not after hours.
  for (const name of options.scenarios) additions(name, "", sources.keys());
  const { onEngine } = await prepareEngine({ engine: true }, fx);
  try {
    await withRegistry(onEngine, (host) =>
      withContenders(options.scenarios, { sources, host, fx, onEngine }, (contenders) =>
        measureAll({ ...options, deadline }, contenders, sources, results, fx),
      ),
    );
  } finally {
    if (results.measurements.length > 0) writeReport(results, other, fx);
  }
}

const implementations: Readonly<Record<Contender, (setting: Setting) => Implementation>> = {
  ours,
  "same steps": sameSteps,
  seed,
  node,
};

/** Makes the contenders of the scenarios, and removes all that they made when the work has ended. */
async function withContenders(
  names: readonly ScenarioName[],
  setting: Setting,
  work: (contenders: ReadonlyMap<Contender, Implementation>) => Promise<void>,
): Promise<void> {
  const { fx, onEngine } = setting;
  const used = new Set(names.flatMap((name): readonly Contender[] => scenarios[name].contenders));
  const contenders = new Map([...used].map((name) => [name, implementations[name](setting)]));
  try {
    for (const [name, contender] of contenders) await fx.group(`work tree: ${name}`, () => contender.setUp());
    await work(contenders);
  } finally {
    for (const contender of contenders.values()) await contender.cleanUp();
    await removeImages(
      [...contenders.values()].flatMap(({ owner }) => owner ?? []),
      onEngine,
    );
    fx.files.remove(treesFolder);
  }
}

/** Removes the names that the images of this run have on the engine; images that have another name stay. */
async function removeImages(owners: readonly string[], fx: Effects): Promise<void> {
  if (owners.length === 0) return;
  const { stdout } = await fx.cleanUp(image.list(owners));
  const names = stdout.split("\n").filter(Boolean).map(imageName);
  if (names.length > 0) await fx.cleanUp(image.remove(...names));
}

const image = {
  /** Not all of the registry's host: an earlier registry may have had the same port. */
  list: (owners: readonly string[]): Command => [
    ...(["docker", "image", "ls", "--digests", "--format", "{{.Repository}} {{.Tag}} {{.Digest}}"] as const),
    ...owners.flatMap((owner) => ["--filter", `reference=${owner}/*`]),
  ],
  remove: (...names: readonly string[]): Command => ["docker", "image", "rm", "--force", ...names],
};

/** An image that was pulled by digest has no tag. */
function imageName(line: string): string {
  const [repository, tag, digest] = line.split(" ");
  return tag === "<none>" ? `${repository}@${digest}` : `${repository}:${tag}`;
}

function writeReport(results: Results, other: number, fx: Effects): void {
  const report = `${machine()}; load average at the start: ${other.toFixed(1)}.\n\n${reportOf(results)}\n`;
  fx.files.write(reportFiles.table, report);
  fx.files.write(reportFiles.chart, chartOf(results));
  fx.log(`\n${report}\nWritten to ${reportFiles.table} and ${reportFiles.chart}`);
}

const machine = (): string => {
  const [cpu] = cpus();
  return `${cpus().length} cores (${cpu?.model ?? arch()}), ${gigabytes(totalmem())} of memory, Node ${process.version}`;
};
