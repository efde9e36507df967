/** What was measured, and the figures that are told about it. Pure. */
import { type Contender, type ScenarioName, scenarioNames, scenarios } from "./scenarios.ts";
import type { Push } from "./pushed-bytes.ts";
import { type Summary, ratios, summaryOf } from "./statistics.ts";

export interface Measurement {
  readonly scenario: ScenarioName;
  readonly contender: Contender;
  readonly run: number;
  readonly milliseconds: number;
}

export interface Results {
  readonly measurements: Measurement[];
  /** What was pushed after one template had changed. */
  readonly pushes: (Push & { readonly contender: Contender })[];
  /** Of our complete runs. */
  readonly stages: { readonly scenario: ScenarioName; readonly stage: string; readonly milliseconds: number }[];
}

export const noResults = (): Results => ({ measurements: [], pushes: [], stages: [] });

export interface Figure {
  readonly contender: Contender;
  /** Milliseconds. */
  readonly time: Summary;
  /** Divided by the baseline of the scenario in the same run; undefined for the baseline, and where it was not measured. */
  readonly ratio: Summary | undefined;
}

/** The contenders of a scenario that were measured, the baseline last. */
export function figuresOf(scenario: ScenarioName, { measurements }: Pick<Results, "measurements">): readonly Figure[] {
  const { contenders }: { readonly contenders: readonly Contender[] } = scenarios[scenario];
  const byRun = (contender: Contender): ReadonlyMap<number, number> => {
    const own = measurements.filter((one) => one.scenario === scenario && one.contender === contender);
    return new Map(
      [...new Set(own.map(({ run }) => run))].map((run) => {
        const times = own.filter((one) => one.run === run).map(({ milliseconds }) => milliseconds);
        return [run, summaryOf(times)?.median ?? 0];
      }),
    );
  };
  const baseline = contenders.at(-1);
  return contenders.flatMap((contender) => {
    const own = byRun(contender);
    const time = summaryOf([...own.values()]);
    if (time === undefined) return [];
    const ratio =
      contender === baseline || baseline === undefined ? undefined : summaryOf(ratios(own, byRun(baseline)));
    return [{ contender, time, ratio }];
  });
}

/** The scenarios of which anything was measured. */
export const measuredScenarios = (results: Results): readonly ScenarioName[] =>
  scenarioNames.filter((name) => results.measurements.some(({ scenario }) => scenario === name));
