import { expect, test } from "vitest";
import { parseReport } from "./junit.ts";
import { junitReport } from "./junit-writer.ts";

test("a written report is read as it was", () => {
  const report = junitReport("suite", [
    { classname: "tool", name: "a & b", file: "a & b", line: undefined, failure: undefined },
    { classname: "tool", name: '<"c">', file: '<"c">', line: 7, failure: { message: "1 found", text: "x < y\nz" } },
  ]);
  expect(parseReport(report)).toEqual([
    { name: "tool › a & b", file: "a & b", line: undefined, outcome: "passed", message: "" },
    { name: 'tool › <"c">', file: '<"c">', line: 7, outcome: "failed", message: "x < y\nz" },
  ]);
  expect(report).toContain('tests="2" failures="1"');
});

test("control characters, which XML cannot express, are left out", () => {
  const report = junitReport("suite", [
    { classname: "tool", name: "a\u0000b", file: "f", line: 1, failure: { message: "m", text: "c\u001B[31md" } },
  ]);
  expect(parseReport(report)).toMatchObject([{ name: "tool › ab", message: "c[31md" }]);
});

test("a report without test cases is a report", () => expect(parseReport(junitReport("suite", []))).toEqual([]));
