import { describe, expect, test } from "vitest";
import { chartOf } from "./chart.ts";
import { reportOf } from "./report.ts";
import { type Measurement, type Results, figuresOf, measuredScenarios, noResults } from "./results.ts";
import type { Contender, ScenarioName } from "./scenarios.ts";

const measured = (
  scenario: ScenarioName,
  contender: Contender,
  ...seconds: readonly number[]
): readonly Measurement[] =>
  seconds.map((value, index) => ({ scenario, contender, run: index + 1, milliseconds: value * 1000 }));

const results: Results = {
  measurements: [
    ...measured("unchanged", "ours", 9, 8, 10),
    ...measured("unchanged", "same steps", 12, 12, 12),
    ...measured("unchanged", "seed", 18, 20, 16),
    ...measured("compile", "ours", 0.9),
    ...measured("compile", "node", 0.3),
  ],
  pushes: [
    { contender: "ours", added: 2e6, all: 50e6 },
    { contender: "seed", added: 3e6, all: 300e6 },
  ],
  stages: [
    { scenario: "unchanged", stage: "plan", milliseconds: 500 },
    { scenario: "unchanged", stage: "deploy", milliseconds: 2500 },
    { scenario: "unchanged", stage: "deploy", milliseconds: 3500 },
  ],
};

const rowsOf = (markdown: string): readonly (readonly string[])[] =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe("figures", () => {
  test("are divided by the baseline of the same run", () =>
    expect(figuresOf("unchanged", results).map(({ contender, ratio }) => [contender, ratio])).toEqual([
      ["ours", { median: 0.5, min: 0.4, max: 0.625 }],
      ["same steps", { median: 12 / 18, min: 0.6, max: 0.75 }],
      ["seed", undefined],
    ]));

  test("take the median of the repetitions of one run", () => {
    const measurements = [100, 1, 2].map((milliseconds): Measurement => ({
      scenario: "compile",
      contender: "node",
      run: 1,
      milliseconds,
    }));
    expect(figuresOf("compile", { measurements })).toEqual([
      { contender: "node", time: { median: 2, min: 2, max: 2 }, ratio: undefined },
    ]);
  });

  test("have no ratio without the baseline", () =>
    expect(figuresOf("cold", { measurements: [...measured("cold", "ours", 5)] })[0]?.ratio).toBeUndefined());

  test("exist for what was measured only", () => {
    expect(measuredScenarios(results)).toEqual(["unchanged", "compile"]);
    expect(figuresOf("cold", results)).toEqual([]);
  });
});

describe("the report", () => {
  const rows = rowsOf(reportOf(results));

  test("has a row for each scenario, with ratios and their spread", () => {
    expect(rows[2]?.slice(1, 6)).toEqual([
      "9.0 s (8.0 s to 10.0 s)",
      "12.0 s",
      "seed: 18.0 s (16.0 s to 20.0 s)",
      "0.50 (0.40 to 0.63)",
      "0.67 (0.60 to 0.75)",
    ]);
    expect(rows[3]?.slice(1, 6)).toEqual(["0.90 s", "–", "node: 0.30 s", "3.00", "–"]);
  });

  test("has the bytes of each push", () =>
    expect(rows.slice(6, 8)).toEqual([
      ["ours", "2.0 MB", "50.0 MB", "0.040"],
      ["seed", "3.0 MB", "300.0 MB", "0.010"],
    ]));

  test("has the stages of ours", () => expect(rows[10]?.slice(1)).toEqual(["0.50 s", "3.0 s (2.5 s to 3.5 s)"]));

  test("is a table whose rows have as many cells as its head", () => {
    for (const part of reportOf(results).split("\n\n"))
      expect(new Set(rowsOf(part).map((cells) => cells.length)).size).toBe(1);
  });

  test("is empty without results", () => expect(reportOf(noResults())).toBe(""));
});

describe("the chart", () => {
  const attributes = (svg: string, name: string): readonly number[] =>
    [...svg.matchAll(new RegExp(String.raw`\b${name}="(-?[\d.]+)"`, "gu"))].map(([, value]) => Number(value));

  test("has one bar for each ratio and none for the baseline", () =>
    // The background and two of the legend are no bars.
    expect(chartOf(results).match(/<rect /gu)).toHaveLength(3 + 3));

  test("is drawn within its frame", () => {
    const svg = chartOf(results);
    const [width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/u.exec(svg)?.slice(1).map(Number) ?? [];
    for (const name of ["x", "x1", "x2"])
      for (const value of attributes(svg, name)) expect(value >= 0 && value <= width).toBe(true);
    for (const name of ["y", "y1", "y2"])
      for (const value of attributes(svg, name)) expect(value >= 0 && value <= height).toBe(true);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
  });

  test("draws a faster contender to the left of the baseline, a slower one to its right", () => {
    const [faster, slower] = [1, 9].map((seconds) =>
      chartOf({
        ...noResults(),
        measurements: [...measured("unchanged", "ours", seconds), ...measured("unchanged", "seed", 3)],
      }),
    );
    const barOf = (svg = "") => Number(/<rect x="([\d.]+)" y="36"/u.exec(svg)?.[1]);
    expect(barOf(faster)).toBeLessThan(barOf(slower));
  });

  test.each([
    { name: "without results", measurements: [] },
    {
      name: "with a time of zero",
      measurements: [...measured("compile", "ours", 0), ...measured("compile", "node", 1)],
    },
  ])("is a picture $name", ({ measurements }) => {
    const svg = chartOf({ ...noResults(), measurements: [...measurements] });
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/u);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
  });
});
