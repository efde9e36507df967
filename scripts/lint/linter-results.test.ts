import { describe, expect, test } from "vitest";
import { parseReport } from "../reports/junit.ts";
import { reportOf, resultsOf } from "./linter-results.ts";
import { type Linter, linters } from "./linters.ts";

const shellcheck: Linter = linters(["c/x.sh"]).find(({ files }) => files.includes("c/x.sh"))!;
const comment = JSON.stringify({
  comments: [{ file: "c/x.sh", line: 3, column: 1, code: 2086, message: 'Say "<&>"' }],
});
const noComment = '{"comments":[]}';
const run = (outcome: { code: number; stdout?: string; stderr?: string }) =>
  resultsOf(shellcheck, { stdout: "", stderr: "", ...outcome });
const messages = (outcome: Parameters<typeof run>[0]) =>
  run(outcome).flatMap(({ findings }) => findings.map(({ message }) => message));

describe("the results of a run", () => {
  test("are empty for a file without findings", () => {
    expect(run({ code: 0, stdout: noComment })).toEqual([{ tool: "shellcheck", file: "c/x.sh", findings: [] }]);
  });

  test("contain each finding", () => {
    expect(messages({ code: 1, stdout: comment })).toEqual(['SC2086: Say "<&>"']);
  });

  test.each([
    { reason: "the linter is not installed", outcome: { code: 127, stderr: "not found" }, shows: "not found" },
    { reason: "the linter crashed", outcome: { code: 2, stderr: "no such file" }, shows: "no such file" },
    { reason: "its output is not its JSON", outcome: { code: 0, stdout: "ok" }, shows: "ok" },
    { reason: "it wrote nothing", outcome: { code: 0 }, shows: "" },
    { reason: "it reported an error without a finding", outcome: { code: 1, stdout: noComment }, shows: noComment },
    { reason: "it reported success with a finding", outcome: { code: 0, stdout: comment }, shows: comment },
  ])("are a finding in each file when $reason", ({ outcome, shows }) => {
    const found = messages(outcome);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`exit code ${outcome.code}`);
    expect(found[0]).toContain(shows);
  });

  test("include a file that was not on the command line", () => {
    expect(
      run({ code: 1, stdout: comment.replace("c/x.sh", "other.sh") }).map(({ file, findings }) => [
        file,
        findings.length,
      ]),
    ).toEqual([
      ["c/x.sh", 0],
      ["other.sh", 1],
    ]);
  });
});

test("a report has a test case for each linter and file", () => {
  const failed = run({ code: 1, stdout: comment });
  expect(parseReport(reportOf([...failed, { tool: "gixy", file: "nginx.conf", findings: [] }]))).toEqual([
    {
      name: "shellcheck › c/x.sh",
      file: "c/x.sh",
      line: 3,
      outcome: "failed",
      message: 'c/x.sh:3 SC2086: Say "<&>"',
    },
    { name: "gixy › nginx.conf", file: "nginx.conf", line: undefined, outcome: "passed", message: "" },
  ]);
});
