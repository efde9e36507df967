import { describe, expect, test } from "vitest";
import { readRun } from "./act-log.ts";

interface Step {
  readonly jobID: string;
  readonly matrix?: Readonly<Record<string, string>>;
  readonly stage: string;
  readonly stepID: readonly string[];
}

const run = (...lines: readonly unknown[]) =>
  readRun({ code: 1, stdout: lines.map((line) => JSON.stringify(line)).join("\n"), stderr: "" });
const printed = (step: Step, msg: string) => ({ ...step, level: "info", msg });
const ended = (step: Step, stepResult: string) => ({ ...step, level: "info", stepResult, msg: `${stepResult}\n` });

const one: Step = { jobID: "build", matrix: { app: "one" }, stage: "Main", stepID: ["stage"] };
const other: Step = { ...one, matrix: { app: "other" } };
const upload: Step = { jobID: "integrate", stage: "Main", stepID: ["4"] };
const integrate: Step = { ...upload, stepID: ["stage"] };

describe("the failure of a run", () => {
  test("is the output of the failed step, without that of later and parallel steps", () => {
    const { failure } = run(
      printed(integrate, "3 of 246 tests failed"),
      printed(one, "building"),
      ended(integrate, "failure"),
      printed(upload, "a report of many lines"),
      printed({ ...integrate, stage: "Post" }, "tidying up"),
      { jobID: "integrate", jobResult: "failure", msg: "Job failed" },
    );
    expect(failure).toBe("integrate | 3 of 246 tests failed\nintegrate | failure");
  });

  test("names the failed leg of a matrix, and each failed step", () => {
    const { failure } = run(
      printed(one, "one is green"),
      printed(other, "other is red"),
      ended(other, "failure"),
      ended(one, "success"),
      ended(integrate, "failure"),
    );
    expect(failure).toBe("build | other is red\nbuild | failure\n\nintegrate | failure");
  });

  test("is the end of a long output", () => {
    const { failure } = run(
      ...Array.from({ length: 500 }, (_, line) => printed(one, `line ${line}.`)),
      ended(one, "failure"),
    );
    expect(failure).not.toContain("line 0.");
    expect(failure).toContain("line 499.");
  });

  test("is the whole output where no step started", () => {
    const { failure } = readRun({ code: 1, stdout: "", stderr: "Error: unknown flag: --jobs\n" });
    expect(failure).toBe(" | Error: unknown flag: --jobs");
  });
});

test("the jobs of a run have their legs, the summary has the text of all steps, and the log has no debug lines", () => {
  const { code, jobs, summary, log } = run(
    { ...one, level: "debug", msg: "evaluating" },
    { ...one, level: "info", command: "summary", content: "### one", msg: "summary" },
    { ...one, jobResult: "success", msg: "Job succeeded" },
    { jobID: "gate", jobResult: "skipped", msg: "skipped" },
  );
  expect({ code, jobs, summary }).toEqual({
    code: 1,
    jobs: [
      { job: "build", leg: "one", result: "success" },
      { job: "gate", leg: "", result: "skipped" },
    ],
    summary: "### one",
  });
  expect(log).not.toContain("evaluating");
});
