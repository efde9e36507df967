/** Compiles one job: its settings from the contract of its stage or from the workflow, its wiring from the workflow. Pure. */
import { NormalJob, ReusableWorkflowCallJob } from "@github-actions-workflow-ts/lib";
import { contractOf } from "../../contract/contracts.ts";
import { Condition, Expr, all, callsStatus } from "./expressions.ts";
import { type AtLeastOne, type LibraryJob, interpolated } from "./library.ts";
import { legName, strategyOf } from "./matrix.ts";
import type { CallJobSpec, JobSpec, StageJobSpec, StepsJobSpec } from "./model.ts";
import { permissionsOf } from "./permissions.ts";
import { placeOf } from "./place.ts";
import { stepsOf } from "./steps.ts";

export const compileJob = (job: JobSpec, jobs: readonly JobSpec[]): NormalJob | ReusableWorkflowCallJob =>
  job.kind === "call"
    ? new ReusableWorkflowCallJob(job.id, calling(job, jobs))
    : new NormalJob(job.id, running(job, jobs));

function running(job: StageJobSpec | StepsJobSpec, jobs: readonly JobSpec[]): LibraryJob {
  const { timeoutMinutes, environment, concurrencyGroup } = job.kind === "stage" ? contractOf(job.stage) : job;
  return {
    ...wiring(job, jobs),
    ...placeOf(job.place),
    permissions: grants(job),
    "timeout-minutes": timeoutMinutes,
    ...(environment ? { environment: environmentOf(environment, job.url) } : {}),
    // GitHub keeps all waiting jobs of the group: no release is skipped because a newer one waits.
    ...(concurrencyGroup
      ? { concurrency: { group: concurrencyGroup, "cancel-in-progress": false, queue: "max" as const } }
      : {}),
    ...(job.matrix ? { strategy: strategyOf(job.matrix) as NonNullable<LibraryJob["strategy"]> } : {}),
    ...outputsOf(job),
    steps: stepsOf(job),
  };
}

function calling(job: CallJobSpec, jobs: readonly JobSpec[]) {
  const printed = (value: Expr<unknown> | string | number | boolean) =>
    value instanceof Expr ? interpolated(value.text) : value;
  const given = Object.entries(job.with).map(([key, value]) => [key, printed(value)] as const);
  const secrets = Object.entries(job.secrets).map(([key, { text }]) => [key, interpolated(text)] as const);
  return {
    ...wiring(job, jobs),
    permissions: grants(job),
    uses: `./.github/workflows/${job.workflow.name}.yml`,
    ...(given.length > 0 ? { with: Object.fromEntries(given) } : {}),
    ...(secrets.length > 0 ? { secrets: Object.fromEntries(secrets) } : {}),
  };
}

/** What every kind of job begins with: its name, the jobs that it waits for, and its condition. */
function wiring(job: JobSpec, jobs: readonly JobSpec[]) {
  const needs = needsOf(job, jobs);
  const [condition, ...others] = [...resultsOf(job, needs, jobs), ...job.conditions];
  return {
    name: job.matrix ? `${job.title} ${legName(job.matrix, " ")}` : job.title,
    ...(needs.length > 0 ? { needs: [...needs] as AtLeastOne<string> } : {}),
    ...(condition ? { if: others.length === 0 ? condition.text : all(condition, ...others).text } : {}),
  };
}

const grants = (job: JobSpec) =>
  Object.fromEntries(permissionsOf(job).map(({ permission, level }) => [permission, level]));

const environmentOf = (environment: string | Expr<string>, url: Expr<string> | string | undefined) => {
  const name = environment instanceof Expr ? interpolated(environment.text) : environment;
  return url === undefined ? name : { name, url: url instanceof Expr ? interpolated(url.text) : url };
};

/** A job that runs after skipped ones waits for all jobs before those, too: a failure there is a reason of some skips. */
const needsOf = (job: JobSpec, jobs: readonly JobSpec[]): readonly string[] => {
  const before = job.afterSkipped.flatMap((id) => ancestorsOf(id, jobs));
  return jobs.map(({ id }) => id).filter((id) => job.needs.includes(id) || before.includes(id));
};

export const ancestorsOf = (id: string, jobs: readonly JobSpec[]): readonly string[] =>
  (jobs.find((job) => job.id === id)?.needs ?? []).flatMap((one) => [one, ...ancestorsOf(one, jobs)]);

/**
 * GitHub skips a job when any job before it was skipped, however long before, unless the job's condition calls a function
 * about results. So such a job names the results that it needs. A job that reached its timeout is neither failed nor skipped.
 */
function resultsOf(job: JobSpec, needs: readonly string[], jobs: readonly JobSpec[]): readonly Condition[] {
  if (!runsAfterOthers(job, jobs) || callsStatusItself(job)) return [];
  const results = needs
    .filter((id) => !job.judged.includes(id))
    .map((id) => {
      const required = job.needs.includes(id) && !job.afterSkipped.includes(id);
      return new Condition(`needs.${id}.result == 'success'${required ? "" : ` || needs.${id}.result == 'skipped'`}`, [
        id,
      ]);
    });
  return [new Condition("!cancelled()"), ...results];
}

/** Whether the job, or one before it, runs although a job before that one did not succeed. */
const runsAfterOthers = (job: JobSpec, jobs: readonly JobSpec[]): boolean =>
  job.afterSkipped.length > 0 ||
  job.judged.length > 0 ||
  jobs.some((other) => job.needs.includes(other.id) && runsAfterOthers(other, jobs));

const callsStatusItself = ({ conditions }: JobSpec): boolean => conditions.some(callsStatus);

function outputsOf(job: StageJobSpec | StepsJobSpec): Pick<LibraryJob, "outputs"> {
  if (job.matrix) return {};
  const entries =
    job.kind === "steps"
      ? Object.entries(job.outputs).map(([key, { text }]) => [key, interpolated(text)])
      : Object.entries(contractOf(job.stage).outputs ?? {}).flatMap(([key, codec]) =>
          codec.kind === "scalar" ? [[key, interpolated(`steps.stage.outputs.${key}`)]] : [],
        );
  return entries.length > 0 ? { outputs: Object.fromEntries(entries) as Record<string, string> } : {};
}
