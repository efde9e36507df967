import { describe, expect, test } from "vitest";
import { reportFindings } from "./proxy-tests.ts";
import type { TestCase } from "../reports/junit.ts";

const cases = (...outcomes: readonly TestCase["outcome"][]): readonly TestCase[] =>
  outcomes.map((outcome, index) => ({ name: `test ${index}`, file: undefined, line: undefined, outcome, message: "" }));

describe("a report", () => {
  test.each([
    { name: "of every test, passed", report: cases("passed", "passed"), expected: 2, findings: [] },
    {
      name: "that is not there",
      report: [],
      expected: 2,
      findings: ["no report: the tests ended before they wrote it (2 were expected)"],
    },
    { name: "with a failure", report: cases("passed", "failed"), expected: 2, findings: ["1 of 2 tests failed"] },
    {
      name: "with a test that was skipped",
      report: cases("passed", "skipped"),
      expected: 2,
      findings: ["1 tests were skipped"],
    },
    {
      name: "of too few tests",
      report: cases("passed"),
      expected: 2,
      findings: ["the report holds 1 tests, and 2 were expected"],
    },
    {
      name: "of too many tests",
      report: cases("passed", "passed"),
      expected: 1,
      findings: ["the report holds 2 tests, and 1 were expected"],
    },
    {
      name: "when no test was found",
      report: cases("passed"),
      expected: 0,
      findings: ["the report holds 1 tests, and 0 were expected"],
    },
    {
      name: "with a failure and a skipped test",
      report: cases("failed", "skipped"),
      expected: 3,
      findings: ["1 of 3 tests failed", "1 tests were skipped"],
    },
  ])("$name gives $findings", ({ report, expected, findings }) =>
    expect(reportFindings(report, expected)).toEqual(findings),
  );
});
