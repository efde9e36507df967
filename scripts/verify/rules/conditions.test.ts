/** The rules about conditions: conditions that are right, and others that are wrong. */
import { describe, expect, test } from "vitest";
import { after, jobs, one, parsed, reported, work } from "../testing/short-workflows.ts";
import { rules } from "./rules.ts";

describe("a condition that can be true", () => {
  test.each([
    ["push", "github.ref == 'refs/heads/main'"],
    ["{ push: { branches: [main] } }", "github.ref == 'refs/heads/main'"],
    ["{ push: { branches: ['release/**'] } }", "startsWith(github.ref, 'refs/heads/release/')"],
    ["{ push: { branches: ['**', '!next'] } }", "github.ref_name == 'main'"],
    ["{ push: { branches-ignore: [next] } }", "github.ref_name == 'main'"],
    ["{ push: { tags: ['v*'] } }", "startsWith(github.ref, 'refs/tags/v')"],
    ["{ push: { tags: ['v*'] } }", "github.ref_type == 'tag'"],
    ["[push, pull_request]", "github.event_name == 'pull_request' && github.base_ref == 'main'"],
    ["pull_request", "github.event.pull_request.draft == false"],
    ["{ pull_request: { types: [labeled] } }", "github.event.action == 'labeled' && github.event.label.name == 'run'"],
    ["pull_request", "contains(github.event.pull_request.labels.*.name, 'run')"],
    ["pull_request", "github.event.pull_request.head.repo.full_name == github.repository"],
    ["push", "contains(github.event.head_commit.message, '[run]')"],
    ["push", 'contains(fromJSON(\'["a", "b"]\'), github.ref_name)'],
    ["push", "vars.RUN == 'true' || vars.RUN == 1"],
    ["push", "github.repository_owner == 'owner'"],
    ["push", "github.actor != 'dependabot[bot]'"],
    ["push", "!cancelled()"],
    ["push", "always()"],
    ["schedule", "github.event.schedule == '0 3 * * *'"],
    ["release", "!github.event.release.prerelease"],
    ["workflow_call", "github.event_name == 'schedule'"],
    ["{ workflow_dispatch: { inputs: { run: { type: boolean } } } }", "inputs.run"],
    ["{ workflow_dispatch: { inputs: { run: { type: boolean } } } }", "github.event.inputs.run == 'true'"],
    ["{ workflow_dispatch: { inputs: { to: { type: choice, options: [a, b] } } } }", "inputs.to == 'b'"],
    ["[push, workflow_dispatch]", "github.event_name == 'push' || inputs.none == ''"],
    ["push", "hashFiles('a') != ''"],
    ["push", "fromJSON(github.event.a).b == 'c'"],
    ["push", "github.run_attempt > 1"],
    ["workflow_run", "github.event.workflow_run.conclusion == 'success'"],
  ])("on %s: %s", (on, condition) => {
    expect(
      reported(one(`if: ${JSON.stringify(condition)}\n${work}`, on)).filter((rule) => rule !== "unread-input"),
    ).toEqual([]);
  });

  test.each([
    "failure()",
    "always() && needs.build.result == 'failure'",
    "!cancelled() && needs.build.result != 'skipped'",
    "cancelled()",
    "success() || failure()",
    "needs.build.result == 'success'",
    "contains(needs.*.result, 'failure') && always()",
  ])("after another job: %s", (condition) => {
    expect(reported(after(`if: ${JSON.stringify(condition)}\n${work}`, "tell"))).toEqual([]);
  });
});

describe("a condition that is true in no run", () => {
  test.each([
    ["push", "${{ false }}"],
    ["push", "github.event_name == 'pull_request'"],
    ["push", "github.event_name != 'push'"],
    ["push", "success() && false"],
    ["push", "github.ref_name == 'a' && github.ref_name == 'b'"],
    ["{ push: { branches: [main] } }", "startsWith(github.ref, 'refs/tags/')"],
    ["{ push: { branches: ['**', '!next'] } }", "github.ref == 'refs/heads/next'"],
    ["{ push: { tags: ['v*'] } }", "github.ref_type == 'branch'"],
    ["pull_request", "github.ref == 'refs/heads/main'"],
    ["pull_request", "github.event.action == 'closed'"],
    ["{ pull_request: { types: [closed] } }", "github.event.action == 'opened'"],
    ["{ workflow_dispatch: { inputs: { to: { type: choice, options: [a, b] } } } }", "inputs.to == 'c'"],
    ["push", "failure()"],
  ])("on %s: %s", (on, condition) => {
    expect(reported(one(`if: ${JSON.stringify(condition)}\n${work}`, on))).toContain("never-runs");
  });

  test.each([
    "needs.build.result == 'failure'",
    "needs.build.result != 'success'",
    "success() && needs.build.result == 'skipped'",
    "contains(needs.*.result, 'failure')",
  ])("after another job: %s", (condition) => {
    expect(reported(after(`if: ${JSON.stringify(condition)}\n${work}`))).toContain("never-runs");
  });

  test("a job after one that never runs never runs, unless its condition looks at results", () => {
    const yaml = (condition: string) =>
      jobs({ build: `if: false\n${work}`, after: `needs: build\n${condition}\n${work}` }, "push");
    const messages = (text: string) =>
      rules.flatMap((rule) => rule(parsed(text), () => undefined)).filter(({ rule }) => rule === "never-runs").length;
    expect([messages(yaml("")), messages(yaml("if: '!failure()'"))]).toEqual([2, 1]);
  });
});

describe("a comparison with a value that does not exist", () => {
  test.each([
    "needs.build.result == 'failed'",
    "needs.build.result != 'canceled'",
    "'succeeded' == needs.build.result",
    "needs['build'].result == 'ok'",
    "needs.build.result == true",
    "contains(needs.*.result, 'error')",
    "contains(fromJSON('[\"succes\"]'), needs.build.result)",
    "github.event_name == 'pull-request'",
    "runner.os == 'ubuntu'",
    "job.status == 'skipped'",
    "startsWith(github.ref, 'a') && github.ref == 'v1'",
  ])("%s is reported", (condition) => {
    expect(reported(after(`if: ${JSON.stringify(`always() && (${condition})`)}\n${work}`))).toContain(
      "impossible-comparison",
    );
  });

  test.each([
    "needs.build.result == 'Success'",
    "contains(needs.build.result, 'fail')",
    'contains(fromJSON(\'["success", "skipped"]\'), needs.build.result)',
    "github.event_name == 'push'",
    "needs.build.result != ''",
  ])("%s is not", (condition) => {
    expect(reported(after(`if: ${JSON.stringify(`always() && (${condition})`)}\n${work}`, "tell"))).not.toContain(
      "impossible-comparison",
    );
  });

  test.each([
    { script: '[[ "${{ needs.build.result }}" == "sucess" ]]', is: true },
    { script: '[[ "${{ needs.build.result }}" == "success" ]]', is: false },
    { script: "[ ${{ needs.build.result }} != ok ]", is: true },
    { script: '[ "$RESULT" = "passed" ]', is: true },
    { script: '[ "${RESULT}" = "skipped" ]', is: false },
  ])("in the script $script: $is", ({ script, is }) => {
    const steps = `steps:\n  - run: |\n      ${script}\n    env: { RESULT: "\${{ needs.build.result }}" }`;
    expect(reported(after(`if: always()\nruns-on: ubuntu-24.04\n${steps}`)).includes("impossible-comparison")).toBe(is);
  });
});
