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
const said = (step: Step, msg: string) => ({ ...step, level: "info", msg });
const ended = (step: Step, stepResult: string) => ({ ...step, level: "info", stepResult, msg: `${stepResult}\n` });

const one: Step = { jobID: "build", matrix: { app: "one" }, stage: "Main", stepID: ["stage"] };
const other: Step = { ...one, matrix: { app: "other" } };
const upload: Step = { jobID: "integrate", stage: "Main", stepID: ["4"] };
const integrate: Step = { ...upload, stepID: ["stage"] };

describe("why a run failed", () => {
  test("is what its failed step printed, not what came after it or beside it", () => {
    const { failure } = run(
      said(integrate, "3 of 246 tests failed"),
      said(one, "building"),
      ended(integrate, "failure"),
      said(upload, "a report of many lines"),
      said({ ...integrate, stage: "Post" }, "tidying up"),
      { jobID: "integrate", jobResult: "failure", msg: "Job failed" },
    );
    expect(failure).toBe("integrate | 3 of 246 tests failed\nintegrate | failure");
  });

  test("names the leg of a matrix that failed, and each failed step", () => {
    const { failure } = run(
      said(one, "one is green"),
      said(other, "other is red"),
      ended(other, "failure"),
      ended(one, "success"),
      ended(integrate, "failure"),
    );
    expect(failure).toBe("build | other is red\nbuild | failure\n\nintegrate | failure");
  });

  test("is the end of a long step", () => {
    const { failure } = run(
      ...Array.from({ length: 500 }, (_, line) => said(one, `line ${line}.`)),
      ended(one, "failure"),
    );
    expect(failure).not.toContain("line 0.");
    expect(failure).toContain("line 499.");
  });

  test("is everything where no step began", () => {
    const { failure } = readRun({ code: 1, stdout: "", stderr: "Error: unknown flag: --jobs\n" });
    expect(failure).toBe(" | Error: unknown flag: --jobs");
  });
});

test("a run's jobs have their legs, its summary what the steps wrote, its log no debug lines", () => {
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
