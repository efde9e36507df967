/** Compiles one job: its settings from the contract of its stage, its wiring from the workflow. Pure. */
import { type Contract, contractOf } from "../../contract/contracts.ts";
import { Condition, all } from "./expressions.ts";
import { type AtLeastOne, type LibraryJob, interpolated, runner } from "./library.ts";
import type { JobSpec } from "./model.ts";
import { permissionsOf } from "./permissions.ts";
import { stepsOf } from "./steps.ts";

export function compileJob(job: JobSpec, jobs: readonly JobSpec[]): LibraryJob {
  const contract = contractOf(job.stage);
  const needs = needsOf(job, jobs);
  const [condition, ...others] = [...resultsOf(job, needs, jobs), ...job.conditions];
  return {
    name: job.matrix ? `${contract.title} ${interpolated(`matrix.${job.matrix.key}`)}` : contract.title,
    ...(needs.length > 0 ? { needs: [...needs] as AtLeastOne<string> } : {}),
    ...(condition ? { if: all(condition, ...others).text } : {}),
    "runs-on": runner,
    permissions: Object.fromEntries(permissionsOf(job).map(({ permission, level }) => [permission, level])),
    "timeout-minutes": contract.timeoutMinutes,
    ...(contract.environment ? { environment: contract.environment } : {}),
    // GitHub keeps all waiting jobs of the group: no release is skipped because a newer one waits.
    ...(contract.concurrencyGroup
      ? { concurrency: { group: contract.concurrencyGroup, "cancel-in-progress": false, queue: "max" as const } }
      : {}),
    ...(job.matrix
      ? {
          strategy: {
            "fail-fast": false,
            matrix: { [job.matrix.key]: interpolated(`fromJSON(${job.matrix.over.text})`) },
          },
        }
      : {}),
    ...outputsOf(job, contract),
    steps: stepsOf(job, contract),
  };
}

/** A job that runs after skipped ones waits for all jobs before those, too: a failure there is a reason of some skips. */
const needsOf = (job: JobSpec, jobs: readonly JobSpec[]): readonly string[] => {
  const before = job.afterSkipped.flatMap((id) => ancestorsOf(id, jobs));
  return jobs.map(({ stage }) => stage).filter((id) => job.needs.includes(id) || before.includes(id));
};

const ancestorsOf = (id: string, jobs: readonly JobSpec[]): readonly string[] =>
  (jobs.find(({ stage }) => stage === id)?.needs ?? []).flatMap((one) => [one, ...ancestorsOf(one, jobs)]);

/**
 * GitHub skips a job when any job before it was skipped, however long before, unless the job's condition calls a function
 * about results. So such a job names the results that it needs. A job that reached its timeout is neither failed nor skipped.
 */
function resultsOf(job: JobSpec, needs: readonly string[], jobs: readonly JobSpec[]): readonly Condition[] {
  if (!runsAfterSkipped(job, jobs)) return [];
  const results = needs.map((id) => {
    const required = job.needs.includes(id) && !job.afterSkipped.includes(id);
    return new Condition(`needs.${id}.result == 'success'${required ? "" : ` || needs.${id}.result == 'skipped'`}`, [
      id,
    ]);
  });
  return [new Condition("!cancelled()"), ...results];
}

const runsAfterSkipped = (job: JobSpec, jobs: readonly JobSpec[]): boolean =>
  job.afterSkipped.length > 0 || jobs.some((other) => job.needs.includes(other.stage) && runsAfterSkipped(other, jobs));

function outputsOf(job: JobSpec, { outputs = {} }: Contract): Pick<LibraryJob, "outputs"> {
  if (job.matrix) return {};
  const scalars = Object.keys(outputs).filter((key) => outputs[key]?.kind === "scalar");
  if (scalars.length === 0) return {};
  return { outputs: Object.fromEntries(scalars.map((key) => [key, interpolated(`steps.stage.outputs.${key}`)])) };
}
