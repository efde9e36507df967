import { describe, expect, test } from "vitest";
import { ratios, summaryOf } from "./statistics.ts";

describe("summary", () => {
  test.each([
    { values: [], is: undefined },
    { values: [3], is: { median: 3, min: 3, max: 3 } },
    { values: [5, 1], is: { median: 3, min: 1, max: 5 } },
    { values: [9, 1, 2], is: { median: 2, min: 1, max: 9 } },
    { values: [4, 1, 3, 2], is: { median: 2.5, min: 1, max: 4 } },
    { values: [100, 20, 3], is: { median: 20, min: 3, max: 100 } },
  ])("of $values", ({ values, is }) => expect(summaryOf(values)).toEqual(is));
});

describe("ratios", () => {
  test.each([
    {
      name: "run by run",
      values: [
        [1, 10],
        [2, 30],
      ],
      baseline: [
        [1, 5],
        [2, 10],
      ],
      is: [2, 3],
    },
    {
      name: "without a run that one of them lacks",
      values: [
        [1, 10],
        [3, 9],
      ],
      baseline: [
        [2, 5],
        [3, 3],
      ],
      is: [3],
    },
    { name: "none by zero", values: [[1, 10]], baseline: [[1, 0]], is: [] },
  ] as const)("$name", ({ values, baseline, is }) =>
    expect(ratios(new Map<number, number>(values), new Map<number, number>(baseline))).toEqual(is),
  );
});
