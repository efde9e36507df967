/** The gate: one job whose result says whether the whole workflow succeeded. Pure. */
import { ancestorsOf } from "./compile-job.ts";
import { type AtLeastOne, type LibraryJob, interpolated, runner } from "./library.ts";
import type { JobSpec, WorkflowSpec } from "./model.ts";

/**
 * Succeeds if each job has the result that its conditions, and those of the jobs that it needs, require.
 * A job that was skipped because another one failed makes the gate fail, too.
 */
export function gateOf({ jobs }: WorkflowSpec): LibraryJob {
  const expected = jobs.map((job) => `${job.id} ${expectedResult(job, jobs)}`);
  const actual = jobs.map(({ id }) => `${id} ${interpolated(`needs.${id}.result`)}`);
  return {
    name: "Gate",
    if: "always()",
    needs: jobs.map(({ id }) => id) as AtLeastOne<string>,
    "runs-on": runner,
    permissions: {},
    "timeout-minutes": 5,
    steps: [
      {
        name: "Every job that should have run succeeded",
        env: { EXPECTED: expected.join("\n"), ACTUAL: actual.join("\n") },
        run: 'diff --side-by-side <(echo "$EXPECTED") <(echo "$ACTUAL")\n',
        shell: "bash",
      },
    ],
  };
}

/** The result that a job must have, as an expression that yields `success` or `skipped`. */
function expectedResult(job: JobSpec, jobs: readonly JobSpec[]): string {
  const conditions = [...new Set(conditionsOf(job, jobs))];
  return conditions.length > 0 ? interpolated(`${conditions.join(" && ")} && 'success' || 'skipped'`) : "success";
}

/** Those of the job, and of the jobs without which it does not run. */
const conditionsOf = (job: JobSpec, jobs: readonly JobSpec[]): readonly string[] => [
  ...jobs
    .filter(({ id }) => job.needs.includes(id) && !job.afterSkipped.includes(id) && !job.judged.includes(id))
    .flatMap((needed) => conditionsOf(needed, jobs)),
  ...job.conditions.map(({ text }) => `(${withoutFunctions(text, ancestorsOf(job.id, jobs))})`),
];

/** Functions about results exist in conditions only, so the gate compares the results of the same jobs instead. */
function withoutFunctions(text: string, before: readonly string[]): string {
  const ended = (result: string) =>
    before.length === 0
      ? "false"
      : `(${[...new Set(before)].map((id) => `needs.${id}.result == '${result}'`).join(" || ")})`;
  return text
    .replaceAll("always()", "true")
    .replaceAll("failure()", ended("failure"))
    .replaceAll("cancelled()", ended("cancelled"));
}
