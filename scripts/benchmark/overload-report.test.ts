/** An overload run is counted by what its clients saw. */
import { expect, test } from "vitest";
import { overloadChart } from "./overload-chart.ts";
import { type Overload, type Sample, seconds, tableOf } from "./overload-report.ts";

const at = (second: number, status: number, latencyMs = 10): Sample => ({ at: second * 1000, status, latencyMs });

const run: Overload = {
  app: "shop",
  capacity: 2,
  offered: 6,
  phases: { calm: 1, flood: 2, recovery: 2 },
  flood: [at(1, 200), at(1, 304), at(1, 503, 3), at(2, 200, 40), at(2, 429), at(2, 500), at(2, 0, 10_000)],
  visitor: [at(0, 200), at(1, 503), at(3, 200), at(3.5, 0), at(4, 200)],
  neighbours: [at(0, 200, 5), at(1, 200, 9), at(2, 502), at(3, 200)],
  restarted: ["shop-1"],
};

const cellOf = (name: string): string | undefined =>
  tableOf(run)
    .split("\n")
    .map((line) => line.split(" | "))
    .find(([first]) => first?.includes(name))?.[1]
    ?.replace(" |", "");

test.each([
  ["capacity", "2/s"],
  ["offered", "4/s of 6/s"],
  ["served meanwhile", "2/s, 75 % of the capacity"],
  ["refused", "2 of 7, p99 10 ms"],
  ["neither served", "2"],
  ["p99 of those served", "40 ms"],
  ["neighbours: failed", "1 of 2"],
  ["neighbours: p99", "5 ms, 10 ms"],
  ["normal service", "0.5 s"],
  ["containers", "shop-1"],
])("%s is %s", (name, expected) => {
  expect(cellOf(name)).toBe(expected);
});

test("each second counts its own requests", () => {
  expect(seconds(run)).toEqual([
    { served: 0, shed: 0, failed: 0, neighboursFailed: 0 },
    { served: 2, shed: 1, failed: 0, neighboursFailed: 0 },
    { served: 1, shed: 1, failed: 2, neighboursFailed: 1 },
    { served: 0, shed: 0, failed: 0, neighboursFailed: 0 },
    { served: 0, shed: 0, failed: 0, neighboursFailed: 0 },
  ]);
});

test("the chart has a line for each kind of answer, and marks capacity and offer", () => {
  const chart = overloadChart(seconds(run), run);
  expect(chart.match(/<polyline /gu)).toHaveLength(4);
  expect(chart).toContain(">capacity<");
  expect(chart).toContain(">offered<");
});
