/** The gate: one job whose result says whether the whole workflow succeeded. Pure. */
import { type AtLeastOne, type LibraryJob, interpolated, runner } from "./library.ts";
import type { JobSpec, WorkflowSpec } from "./model.ts";

/**
 * Succeeds if each job has the result that its conditions, and those of the jobs that it needs, require.
 * A job that was skipped because another one failed makes the gate fail, too.
 */
export function gateOf({ jobs }: WorkflowSpec): LibraryJob {
  const expected = jobs.map((job) => `${job.stage} ${expectedResult(job, jobs)}`);
  const actual = jobs.map(({ stage }) => `${stage} ${interpolated(`needs.${stage}.result`)}`);
  return {
    name: "Gate",
    if: "always()",
    needs: jobs.map(({ stage }) => stage) as AtLeastOne<string>,
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
    .filter(({ stage }) => job.needs.includes(stage) && !job.afterSkipped.includes(stage))
    .flatMap((needed) => conditionsOf(needed, jobs)),
  ...job.conditions.map(({ text }) => `(${text})`),
];
