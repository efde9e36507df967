/** The results as Markdown, for a terminal and for docs/performance.md. Pure. */
import { megabytes } from "../../core/format.ts";
import { type Results, figuresOf, measuredScenarios } from "./results.ts";
import { type Contender, type ScenarioName, scenarios } from "./scenarios.ts";
import { type Summary, summaryOf } from "./statistics.ts";

const absent = "–";

export const reportOf = (results: Results): string =>
  [timesTable(results), pushTable(results), stageTable(results)].filter(Boolean).join("\n\n");

/** The last column of times is the baseline of each row. */
function timesTable(results: Results): string {
  const rows = measuredScenarios(results).map((name) => {
    const figures = figuresOf(name, results);
    const { title, contenders, goal } = scenarios[name];
    const baseline: Contender | undefined = contenders.at(-1);
    const find = (contender: Contender | undefined) => figures.find((one) => one.contender === contender);
    const time = (contender: Contender | undefined) => withSpread(find(contender)?.time, seconds);
    const ratio = (contender: Contender) => withSpread(find(contender)?.ratio, quotient);
    return [
      title,
      time("ours"),
      time("same steps"),
      `${baseline}: ${time(baseline)}`,
      ratio("ours"),
      ratio("same steps"),
      goal,
    ];
  });
  const head = ["scenario", "ours", "same steps", "baseline", "ours ÷ baseline", "same steps ÷ baseline", "goal"];
  return table(head, rows);
}

function pushTable({ pushes }: Results): string {
  const rows = [...new Set(pushes.map(({ contender }) => contender))].map((contender) => {
    const own = pushes.filter((one) => one.contender === contender);
    const added = summaryOf(own.map((one) => one.added));
    const all = summaryOf(own.map((one) => one.all));
    const part = summaryOf(own.map((one) => one.added / one.all));
    return [contender, withSpread(added, megabytes), withSpread(all, megabytes), withSpread(part, quotient)];
  });
  return table(["one template changed", "pushed", "all images", "pushed ÷ all"], rows);
}

/** Where the time of our complete runs goes. */
function stageTable({ stages }: Results): string {
  const names = [...new Set(stages.map(({ stage }) => stage))];
  const measured = [...new Set(stages.map(({ scenario }) => scenario))];
  const median = (scenario: ScenarioName, stage: string): Summary | undefined =>
    summaryOf(
      stages.filter((one) => one.scenario === scenario && one.stage === stage).map(({ milliseconds }) => milliseconds),
    );
  return table(
    ["ours, by stage", ...names],
    measured.map((scenario) => [
      scenarios[scenario].title,
      ...names.map((stage) => withSpread(median(scenario, stage), seconds)),
    ]),
  );
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? "" : [head, head.map(() => "---"), ...rows].map(row).join("\n");

const decimals = (value: number): number => (value < 1 ? 2 : value < 100 ? 1 : 0);
const seconds = (milliseconds: number): string => {
  const value = milliseconds / 1000;
  return `${value.toFixed(decimals(value))} s`;
};
const quotient = (value: number): string => value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 1);

/** The median, with the least and the greatest value behind it where they look different. */
function withSpread(summary: Summary | undefined, write: (value: number) => string): string {
  if (summary === undefined) return absent;
  const [median, min, max] = [summary.median, summary.min, summary.max].map(write);
  return min === max ? `${median}` : `${median} (${min} to ${max})`;
}
