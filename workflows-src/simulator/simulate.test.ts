/** Small workflows and what becomes of their jobs. The comments name the source of each rule that may surprise. */
import { describe, expect, test } from "vitest";
import { type EventOptions, eventOf } from "./event.ts";
import type { EventName } from "./event-names.ts";
import { simulate } from "./simulate.ts";
import type { Scenario, SimulatedJob, SimulatedRun } from "./simulation.ts";
import { readWorkflow } from "./workflow.ts";

interface Given extends Omit<Partial<Scenario>, "event" | "workflowIn"> {
  readonly event?: readonly [EventName, EventOptions?];
  readonly payload?: Readonly<Record<string, unknown>>;
}

export function run(
  yaml: string,
  { event: [name, options = {}] = ["push"], payload, ...given }: Given = {},
): SimulatedRun {
  const event = { ...eventOf(name, options), ...(payload ? { payload } : {}) };
  return simulate(".github/workflows/own.yml", readWorkflow(yaml), { event, ...given });
}

/** A workflow of jobs in flow style, each on its own line. */
const workflow = (...jobs: readonly string[]): string =>
  `on: [push, pull_request]\njobs:\n${jobs.map((job) => `  ${job}`).join("\n")}`;

const letters: Readonly<Record<SimulatedJob["result"], string>> = {
  success: "s",
  failure: "f",
  cancelled: "c",
  skipped: "-",
  unknown: "?",
};
const ends = (yaml: string, given?: Given): string =>
  run(yaml, given)
    .jobs.map(({ result }) => letters[result])
    .join("");

describe("conditions", () => {
  test.each<[why: string, expected: string, jobs: readonly string[], given?: Given]>([
    ["no condition", "ss", ["a: {}", "b: { needs: a }"]],
    ["a job behind a failed one is skipped", "f-", ["a: {}", "b: { needs: a }"], { results: { a: "failure" } }],
    [
      "a condition without a status function implies success()",
      "f-",
      ["a: {}", "b: { needs: a, if: true }"],
      { results: { a: "failure" } },
    ],
    ["always()", "fs", ["a: {}", "b: { needs: a, if: always() }"], { results: { a: "failure" } }],
    ["failure()", "fs", ["a: {}", "b: { needs: a, if: failure() }"], { results: { a: "failure" } }],
    ["failure() after success", "s-", ["a: {}", "b: { needs: a, if: failure() }"]],
    // failure() is about every ancestor. Source: docs.github.com, "Evaluate expressions", failure.
    [
      "failure() behind a skipped job",
      "f-s",
      ["a: {}", "b: { needs: a }", "c: { needs: b, if: failure() }"],
      { results: { a: "failure" } },
    ],
    ["!failure() after a skipped job", "-s", ["a: { if: false }", "b: { needs: a, if: '!failure()' }"]],
    ["cancelled()", "cs", ["a: {}", "b: { needs: a, if: cancelled() }"], { results: { a: "cancelled" } }],
    ["success() after a cancelled job", "c-", ["a: {}", "b: { needs: a }"], { results: { a: "cancelled" } }],
    // Skipping goes on behind a job that ran all the same. Source: actions/runner#491.
    ["behind a skipped ancestor", "-s-", ["a: { if: false }", "b: { needs: a, if: always() }", "c: { needs: b }"]],
    [
      "a status function in the name of a text is none",
      "f-",
      ["a: {}", "b: { needs: a, if: \"'always()' != ''\" }"],
      { results: { a: "failure" } },
    ],
    ["the case of a function", "fs", ["a: {}", "b: { needs: a, if: Always() }"], { results: { a: "failure" } }],
    ["an expression in braces", "-", ["a: { if: \"${{ github.ref == 'refs/heads/x' }}\" }"]],
    // A template beside other text is a text, and a text is true. Source: docs.github.com, "Workflow syntax", jobs.<job_id>.if.
    ["braces beside other text", "s", ["a: { if: \"${{ github.ref }} == 'refs/heads/x'\" }"]],
    ["the text false is true", "s", ["a: { if: \"'false'\" }"]],
    ["an empty condition", "s", ["a: { if: '' }"]],
    ["null", "-", ["a: { if: 'null' }"]],
    [
      "a result",
      "fs",
      ["a: {}", "b: { needs: a, if: \"!cancelled() && needs.a.result == 'failure'\" }"],
      { results: { a: "failure" } },
    ],
    [
      "all results",
      "fs-",
      [
        "a: {}",
        "b: { needs: a, if: \"always() && contains(needs.*.result, 'failure')\" }",
        "c: { needs: a, if: \"!contains(needs.*.result, 'failure')\" }",
      ],
      { results: { a: "failure" } },
    ],
    ["a job that is not needed is not seen", "ss", ["a: {}", "b: { if: \"needs.a.result == ''\" }"]],
    ["fromJSON of a text that is no JSON fails the job", "f", ["a: { if: fromJSON('x') }"]],
    ["the jobs stand in any order", "ss", ["b: { needs: [a] }", "a: {}"]],
  ])("%s: %s", (_, expected, jobs, given) => expect(ends(workflow(...jobs), given)).toBe(expected));
});

describe("outputs", () => {
  const jobs = [
    "a: { outputs: { x: '${{ steps.s.outputs.x }}', k: constant } }",
    "b: { needs: a, if: \"needs.a.outputs.x == 'yes'\" }",
    "c: { needs: b }",
  ] as const;
  test.each<[why: string, expected: string, jobs: readonly string[], given?: Given]>([
    ["an output that is not given is unknown, and so is what depends on it", "s??", jobs],
    ["a given output decides", "sss", jobs, { outputs: { a: { x: "yes" } } }],
    ["another one, too", "s--", jobs, { outputs: { a: { x: "no" } } }],
    [
      "an output that is a constant is known",
      "ss",
      [jobs[0], "b: { needs: a, if: \"needs.a.outputs.k == 'constant'\" }"],
    ],
    ["an output that is not declared is empty", "ss", [jobs[0], "b: { needs: a, if: \"needs.a.outputs.z == ''\" }"]],
    [
      "a false part decides beside an unknown one",
      "s-",
      [jobs[0], "b: { needs: a, if: \"needs.a.outputs.x && github.ref == 'x'\" }"],
    ],
    [
      "a true alternative decides beside an unknown one",
      "ss",
      [jobs[0], "b: { needs: a, if: \"needs.a.outputs.x || github.ref_name == 'main'\" }"],
    ],
    [
      "a skipped job has no outputs",
      "-s",
      ["a: { if: false, outputs: { x: y } }", "b: { needs: a, if: \"!failure() && needs.a.outputs.x == ''\" }"],
    ],
    ["a variable of the repository is unknown", "?", ["a: { if: vars.X }"]],
    ["a variable that is given is known", "-", ["a: { if: vars.X }"], { vars: {} }],
    [
      "the result and the outputs of an unknown job are unknown",
      "s???",
      [
        jobs[0],
        "b: { needs: a, if: needs.a.outputs.x, outputs: { k: constant } }",
        "c: { needs: b, if: \"always() && needs.b.result == 'success'\" }",
        "d: { needs: b, if: \"always() && needs.b.outputs.k == 'constant'\" }",
      ],
    ],
    ["always() runs behind an unknown job", "s??s", [...jobs, "d: { needs: c, if: always() }"]],
    ["what the event does not say is unknown", "?", ["a: { if: github.event.head_commit.message }"]],
    ["what no event of the kind has is not set", "s", ["a: { if: '!github.event.pull_request' }"]],
  ])("%s: %s", (_, expected, written, given) => expect(ends(workflow(...written), given)).toBe(expected));
});

describe("matrices", () => {
  const two = "a: { strategy: { matrix: { os: [x, y] } } }";
  test.each<[why: string, expected: string, jobs: readonly string[], given?: Given]>([
    ["one failed leg fails the job", "f-", [two, "b: { needs: a }"], { results: { "a/y": "failure" } }],
    ["one cancelled leg cancels the job", "c", [two], { results: { "a/y": "cancelled" } }],
    ["a failure outweighs a cancellation", "f", [two], { results: { "a/y": "cancelled", "a/x": "failure" } }],
    [
      "two dimensions",
      "f",
      ["a: { strategy: { matrix: { os: [x, y], n: [1, 2] } } }"],
      { results: { "a/x, 2": "failure" } },
    ],
    // Source: docs.github.com, "Workflow syntax", jobs.<job_id>.continue-on-error.
    [
      "continue-on-error makes a failure a success",
      "ss",
      ["a: { continue-on-error: true }", "b: { needs: a }"],
      { results: { a: "failure" } },
    ],
    [
      "continue-on-error of a leg",
      "s",
      ["a: { continue-on-error: \"${{ matrix.os == 'x' }}\", strategy: { matrix: { os: [x, y] } } }"],
      { results: { "a/x": "failure" } },
    ],
    [
      "continue-on-error of another leg",
      "f",
      ["a: { continue-on-error: \"${{ matrix.os == 'x' }}\", strategy: { matrix: { os: [x, y] } } }"],
      { results: { "a/y": "failure" } },
    ],
    [
      "an empty matrix fails the job, and the jobs behind it are skipped",
      "f-",
      ["a: { strategy: { matrix: { os: [] } } }", "b: { needs: a }"],
    ],
    ["a condition is decided before the matrix", "-", ["a: { if: false, strategy: { matrix: { os: [] } } }"]],
  ])("%s: %s", (_, expected, jobs, given) => expect(ends(workflow(...jobs), given)).toBe(expected));

  test("at most so many legs at once", () =>
    expect(run(workflow("a: { strategy: { max-parallel: 2, matrix: { n: [1, 2, 3] } } }")).jobs[0]).toMatchObject({
      maxParallel: 2,
      legs: [{ label: "1" }, { label: "2" }, { label: "3" }],
    }));

  test("legs of one concurrency group cancel each other", () => {
    const job = "concurrency: same, strategy: { matrix: { n: [1, 2, 3] } }";
    expect(run(workflow(`a: { ${job} }`)).jobs[0]?.notes).toHaveLength(2);
    expect(run(workflow(`a: { ${job.replace("same", "'${{ matrix.n }}'")} }`)).jobs[0]?.notes).toEqual([]);
  });

  test("legs that are unknown", () => {
    const jobs = [
      "a: { outputs: { x: '${{ steps.s.outputs.x }}' } }",
      "b: { needs: a, strategy: { matrix: { n: '${{ fromJSON(needs.a.outputs.x) }}' } } }",
    ];
    expect(run(workflow(...jobs)).jobs[1]).toMatchObject({ legs: "unknown", result: "success" });
    expect(run(workflow(...jobs), { outputs: { a: { x: "[]" } } }).jobs[1]).toMatchObject({ result: "failure" });
  });
});

describe("environments and texts", () => {
  test("an environment has a name and an address", () =>
    expect(
      run(
        workflow(
          "a: { environment: { name: '${{ github.ref_name }}', url: 'https://${{ github.ref_name }}.example' } }",
        ),
      ).jobs[0]?.environment,
    ).toEqual({ name: "main", url: "https://main.example" }));
  test("an environment without a name is none", () =>
    expect(
      run(workflow("a: { environment: \"${{ github.ref_name == 'x' && 'production' || '' }}\" }")).jobs[0],
    ).not.toHaveProperty("environment"));
  test("env of the workflow, the job and the step", () => {
    const yaml =
      "on: push\nenv: { A: 1, B: 2 }\njobs: { a: { env: { B: '${{ env.A }}0' }, steps: [{ run: x, env: { C: '${{ env.A }}${{ env.B }}', D: '${{ env.E }}' } }] } }";
    expect(run(yaml).jobs[0]?.inputs).toEqual({ C: "110", D: "${{ env.E }}" });
  });
  test("hashFiles reads the files that are given", () => {
    const yaml = "on: push\njobs: { a: { steps: [{ run: x, env: { H: \"${{ hashFiles('a', 'b') }}\" } }] } }";
    expect(run(yaml, { hashFiles: (patterns) => patterns.join("+") }).jobs[0]?.inputs).toEqual({ H: "a+b" });
    expect(run(yaml).jobs[0]?.inputs).toEqual({ H: "${{ hashFiles('a', 'b') }}" });
  });
  test("a job that holds the group of its own run is cancelled", () => {
    // Source: docs.github.com, "Control the concurrency of workflows and jobs"; GitHub reports a deadlock.
    expect(ends("on: push\nconcurrency: deploy\njobs: { a: { concurrency: Deploy } }")).toBe("c");
  });
});

describe("the github context", () => {
  const names = ["event_name", "ref", "ref_name", "ref_type", "base_ref", "head_ref"];
  const env = names.map((name) => `${name}: '\${{ github.${name} }}'`).join(", ");
  const yaml = `on: [push, pull_request, pull_request_target, merge_group, release, schedule, workflow_dispatch, issue_comment, repository_dispatch, workflow_run]\njobs: { a: { steps: [{ run: x, env: { ${env} } }] } }`;
  // Source: docs.github.com, "Events that trigger workflows", GITHUB_REF of each event.
  test.each<[EventName, EventOptions, readonly string[]]>([
    ["push", {}, ["push", "refs/heads/main", "main", "branch", "", ""]],
    ["push", { ref: "refs/tags/v1" }, ["push", "refs/tags/v1", "v1", "tag", "", ""]],
    ["pull_request", { ref: "x" }, ["pull_request", "refs/pull/1/merge", "1/merge", "branch", "main", "x"]],
    ["pull_request_target", { ref: "x", base: "b" }, ["pull_request_target", "refs/heads/b", "b", "branch", "b", "x"]],
    ["release", {}, ["release", "refs/tags/v1.0.0", "v1.0.0", "tag", "", ""]],
    ["schedule", {}, ["schedule", "refs/heads/main", "main", "branch", "", ""]],
    ["workflow_dispatch", { ref: "x" }, ["workflow_dispatch", "refs/heads/x", "x", "branch", "", ""]],
    ["issue_comment", {}, ["issue_comment", "refs/heads/main", "main", "branch", "", ""]],
    ["workflow_run", { ref: "x" }, ["workflow_run", "refs/heads/main", "main", "branch", "", ""]],
  ])("of %s %j", (name, options, expected) =>
    expect(Object.values(run(yaml, { event: [name, options] }).jobs[0]?.inputs ?? {})).toEqual(expected),
  );

  test("the time of a schedule", () => {
    const scheduled = (cron: string) =>
      `on: { schedule: [${cron}] }\njobs: { a: { if: "github.event.schedule == '1 2 * * *'" } }`;
    expect(ends(scheduled("{ cron: 1 2 * * * }"), { event: ["schedule"] })).toBe("s");
    // Each time starts a run of its own.
    expect(ends(scheduled("{ cron: 1 2 * * * }, { cron: 3 4 * * * }"), { event: ["schedule"] })).toBe("?");
  });
});
