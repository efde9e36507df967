/** Measures the contenders in turn, in every scenario and run. */
import { randomUUID } from "node:crypto";
import type { Effects } from "../../core/effects.ts";
import { duration } from "../../core/format.ts";
import type { SourceTree } from "../../core/source-tree.ts";
import type { Contender as Implementation } from "./contender.ts";
import { publishedBlobs, pushBetween } from "./pushed-bytes.ts";
import type { Results } from "./results.ts";
import { type Contender, type Scenario, type ScenarioName, additions, scenarios } from "./scenarios.ts";

export interface Series {
  readonly scenarios: readonly ScenarioName[];
  readonly runs: number;
  /** In the time of the effects: no measurement begins after it. */
  readonly deadline: number;
}

/** @param results is added to, so that what was measured before a failure is not lost */
export async function measureAll(
  series: Series,
  contenders: ReadonlyMap<Contender, Implementation>,
  sources: SourceTree,
  results: Results,
  fx: Effects,
): Promise<void> {
  /** The contenders whose latest complete run covers the sources in their work trees. */
  const complete = new Set<Contender>();
  for (let run = 1; run <= series.runs; run++)
    for (const scenario of series.scenarios)
      for (const name of inOrder(scenarios[scenario], run)) {
        const contender = contenders.get(name);
        if (contender === undefined) continue;
        if (fx.now() >= series.deadline) {
          fx.warn(`The time is over: ${scenario} of run ${run} and what follows are not measured`);
          return;
        }
        await fx.group(`${scenario}, ${name}, run ${run} of ${series.runs}`, () =>
          measure({ scenario, name, run, contender, complete, sources, results }, fx),
        );
      }
}

/** Every second run is in the reverse order: what makes the machine slower hits each contender. */
const inOrder = ({ contenders }: Scenario, run: number): readonly Contender[] =>
  run % 2 === 1 ? contenders : contenders.toReversed();

interface Measured {
  readonly scenario: ScenarioName;
  readonly name: Contender;
  readonly run: number;
  readonly contender: Implementation;
  readonly complete: Set<Contender>;
  readonly sources: SourceTree;
  readonly results: Results;
}

async function measure(measured: Measured, fx: Effects): Promise<void> {
  const { scenario, name, run, contender, complete, results } = measured;
  const { owner } = contender;
  await contender.resume();
  if (scenario === "cold") await contender.reset();
  else if (contender.beginsComplete(scenario) && !complete.has(name)) {
    await fx.group("a complete run beforehand, which is not timed", () => contender.work("unchanged"));
    complete.add(name);
  }
  await contender.prepare(scenario);
  const undo = await change(measured, fx);
  const before = scenario === "template" && owner !== undefined ? await publishedBlobs(owner, fx) : undefined;
  for (let times = 0; times < scenarios[scenario].repetitions; times++) {
    const start = fx.now();
    await contender.work(scenario);
    const milliseconds = fx.now() - start;
    results.measurements.push({ scenario, contender: name, run, milliseconds });
    fx.log(`  ${duration(milliseconds)}`);
  }
  if (before !== undefined && owner !== undefined)
    results.pushes.push({ contender: name, ...pushBetween(before, await publishedBlobs(owner, fx)) });
  if (contender.completes(scenario)) {
    complete.add(name);
    results.stages.push(...contender.stageTimes().map(([stage, milliseconds]) => ({ scenario, stage, milliseconds })));
  } else await undo();
  await contender.pause();
}

/** Changes the sources as the scenario does; the returned function takes that back. */
async function change({ scenario, contender, sources }: Measured, fx: Effects): Promise<() => Promise<void>> {
  const added = additions(scenario, `bench ${randomUUID()}`, sources.keys());
  const write = async (suffixed: boolean): Promise<void> => {
    for (const [path, addition] of added) {
      const original = Buffer.from(sources.get(path)?.content ?? []).toString();
      fx.files.write(`${contender.root}/${contender.pathOf(path)}`, suffixed ? original + addition : original);
    }
    if (added.size > 0) await contender.changed();
  };
  await write(true);
  return () => write(false);
}
