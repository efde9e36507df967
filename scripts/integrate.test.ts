/** What is made of the reports that the integration tests and the watcher leave. */
import { describe, expect, test } from "vitest";
import { type Watched, judge, judgeWatch } from "./integrate.ts";
import type { TestCase } from "./junit.ts";

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
  ])("$name gives $findings", ({ report, expected, findings }) => expect(judge(report, expected)).toEqual(findings));
});

describe("a watch", () => {
  const calm: Watched = { requests: 200, wrong: [], unexpected: [], down: [] };
  const url = "http://reverse-proxy/flask-soft-ui/healthz";

  test.each([
    { name: "that saw nothing", seen: {}, findings: [] },
    {
      name: "that hardly looked",
      seen: { requests: 199 },
      findings: ["only 199 requests were made; at least 200 say something"],
    },
    {
      name: "of another's answer",
      seen: { wrong: [{ url, expected: "flask-soft-ui", got: "rocket-ecommerce" }] },
      findings: [`${url} of flask-soft-ui was answered by rocket-ecommerce`],
    },
    {
      name: "of a failure",
      seen: { unexpected: [{ url, status: "500" }] },
      findings: [`${url} gave 500, which nobody's absence explains`],
    },
    { name: "of a door that stays shut", seen: { down: [url] }, findings: [`${url} does not answer again`] },
    {
      name: "of many failures, which names five",
      seen: { unexpected: Array.from({ length: 9 }, () => ({ url, status: "500" })) },
      findings: Array.from({ length: 5 }, () => `${url} gave 500, which nobody's absence explains`),
    },
  ])("$name", ({ seen, findings }) => expect(judgeWatch({ ...calm, ...seen })).toEqual(findings));
});
