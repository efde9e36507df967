/** The untyped implementation of the functions that define jobs: collects them in the order of their definition. */
import { Mistake } from "./mistake.ts";
import type { Codec } from "../../contract/codecs.ts";
import { type StageName, contractOf } from "../../contract/contracts.ts";
import type { EnvironmentName } from "../../contract/settings.ts";
import type { Checkout, Grants } from "./actions.ts";
import type { Events } from "./events.ts";
import { Condition, Expr, type Result, callsStatus } from "./expressions.ts";
import { type Item, type MatrixOptions, keysOf, legExprs, matrixConditions, matrixOf } from "./matrix.ts";
import { Artifact, type AnyJob, type JobSpec, type StageJobSpec, type WorkflowSpec } from "./model.ts";
import { type Secret, type Step, StepOutput, checkSteps } from "./own-steps.ts";
import { type PlaceOptions, checkPlace } from "./place.ts";

interface CommonOptions {
  readonly needs?: readonly AnyJob[];
  readonly afterSkipped?: readonly AnyJob[];
  readonly if?: Condition;
}
interface RunningOptions extends CommonOptions, MatrixOptions, PlaceOptions {
  readonly checkout?: Checkout | false;
  readonly url?: Expr<string> | string;
}
interface StageOptions extends RunningOptions {
  readonly as?: { readonly id: string; readonly title: string };
  readonly with?: StageJobSpec["with"];
  readonly before?: readonly Step[];
  readonly after?: readonly Step[];
  readonly retentionDays?: number;
}
interface StepsOptions extends RunningOptions {
  readonly title: string;
  readonly timeoutMinutes: number;
  readonly environment?: EnvironmentName | Expr<EnvironmentName>;
  readonly permissions?: Grants;
  readonly concurrencyGroup?: string;
  readonly outputs?: Readonly<Record<string, Expr<string>>>;
}
type Steps = readonly Step[] | ((leg: Readonly<Record<string, Expr<Item>>>) => readonly Step[]);
interface CallOptions extends CommonOptions {
  readonly title: string;
  readonly with?: Readonly<Record<string, Expr<unknown> | string | number | boolean>>;
  readonly secrets?: Readonly<Record<string, Secret<never>>>;
}

/** A run for `workflow_run` is one of the default branch, also if a pull request of a fork started the run before it. */
const notAfterFork = new Condition(
  "(github.event_name != 'workflow_run' || github.event.workflow_run.head_repository.full_name == github.repository && github.event.workflow_run.head_branch == 'main')",
);

export const jobBuilder = (jobs: JobSpec[], on: Readonly<Partial<Events>>) => {
  const guard = (trusted: boolean): readonly Condition[] => (on.workflow_run && trusted ? [notAfterFork] : []);

  /** What every kind of job has: for whom it waits, and when it runs. */
  const common = (id: string, options: CommonOptions & MatrixOptions, trusted: boolean, sources: readonly Reads[]) => {
    if (jobs.some((job) => job.id === id))
      throw new Mistake("job-twice", `The job ${id} is defined twice`, "Remove one, or give it another id with `as`");
    if (!/^[A-Za-z_][\w-]*$/u.test(id))
      throw new Mistake(
        "job-id",
        `The id ${JSON.stringify(id)} is none that GitHub accepts`,
        "Use letters, digits, - and _",
      );
    const matrix = matrixOf(id, options);
    const conditions = [...matrixConditions(matrix), ...guard(trusted), ...(options.if ? [options.if] : [])];
    const skipped = (options.afterSkipped ?? []).map((job) => job.id);
    const read = conditions.flatMap((condition) => condition.judged);
    const lists = matrixConditions(matrix).flatMap((list) => list.jobs);
    const absent = lists.find((one) => skipped.includes(one) || read.includes(one));
    if (absent)
      throw new Mistake(
        "matrix-of-skipped",
        `The job ${id} has a matrix over an output of ${absent}, which may be skipped`,
        "Use an output of a job that always runs",
      );
    const needed = new Set([
      ...[...sources, ...conditions].flatMap((source) => source.jobs),
      ...(options.needs ?? []).map((job) => job.id),
      ...skipped,
    ]);
    const unknown = [...needed].find((one) => jobs.every((job) => job.id !== one));
    if (unknown)
      throw new Mistake(
        "unknown-need",
        `The job ${id} needs ${unknown}, which is not defined before it in this workflow`,
        "Use the outputs of a job of this workflow",
      );
    const needs = jobs.map((job) => job.id).filter((one) => needed.has(one));
    // A condition that calls a function about the jobs before decides alone what their results have to be.
    const judged = conditions.some(callsStatus) ? needs : needs.filter((one) => read.includes(one));
    const afterSkipped = skipped.filter((one) => !judged.includes(one));
    return { id, conditions, needs, afterSkipped, judged, ...(matrix ? { matrix } : {}) };
  };

  const running = (id: string, { runner, container, services, checkout, url, matrix, legs }: RunningOptions) => {
    const inMatrix = Object.keys(legs?.[0] ?? matrix ?? {}).includes("runner");
    if (inMatrix && runner)
      throw new Mistake("two-runners", `The job ${id} has both a runner and a matrix of runners`, "Use one of them");
    const chosen = inMatrix ? new Expr<string>("matrix.runner") : runner;
    const place = {
      ...(chosen ? { runner: chosen } : {}),
      ...(container ? { container } : {}),
      ...(services ? { services } : {}),
    };
    checkPlace(id, place);
    return { place, checkout: checkout ?? {}, ...(url === undefined ? {} : { url }) };
  };

  const add = <S extends JobSpec>(spec: S): S => {
    jobs.push(spec);
    return spec;
  };

  const job = (stage: StageName, options: StageOptions = {}) => {
    const { as, with: given = {}, before = [], after = [], retentionDays } = options;
    const contract = contractOf(stage);
    const id = as?.id ?? stage;
    checkSteps(id, [...before, ...after], []);
    const read = [...Object.values(given), ...[...before, ...after].flatMap(({ exprs }) => exprs)];
    const spec: StageJobSpec = add({
      kind: "stage",
      stage,
      title: as?.title ?? contract.title,
      ...common(id, options, contract.environment !== undefined, read),
      ...running(id, options),
      with: given,
      before,
      after,
      ...(retentionDays === undefined ? {} : { retentionDays }),
    });
    checkArtifacts(spec, jobs);
    refuseStepOutputs(id, [...Object.values(given), ...spec.conditions]);
    const outputs = Object.entries(contract.outputs ?? {}).map(([key, codec]) => [key, outputOf(id, key, codec)]);
    return { ...handle(id), outputs: Object.fromEntries(outputs) as object };
  };

  const steps = (id: string, options: StepsOptions, given: Steps) => {
    const { title, timeoutMinutes, environment, permissions = {}, concurrencyGroup, outputs = {} } = options;
    const matrix = matrixOf(id, options);
    const own = typeof given === "function" ? given(legExprs(matrix)) : given;
    checkSteps(id, own, Object.values(outputs));
    const inputs = environment instanceof Expr ? [environment] : [];
    const trusted = environment !== undefined || Object.values(permissions).includes("write");
    const base = common(id, options, trusted, [...own.flatMap(({ exprs }) => exprs), ...inputs]);
    refuseStepOutputs(id, base.conditions);
    add({
      kind: "steps",
      title,
      ...base,
      ...running(id, options),
      timeoutMinutes,
      ...(environment === undefined ? {} : { environment }),
      permissions,
      ...(concurrencyGroup === undefined ? {} : { concurrencyGroup }),
      steps: own,
      outputs,
    });
    return { ...handle(id), outputs: handles(id, outputs) };
  };

  const call = (id: string, called: WorkflowSpec, options: CallOptions) => {
    const { title, with: given = {}, secrets = {} } = options;
    const read = Object.values(given).filter((value) => value instanceof Expr);
    add({ kind: "call", title, ...common(id, options, true, read), workflow: called, with: given, secrets });
    return { ...handle(id), outputs: handles(id, called.outputs) };
  };

  return { job, steps, call };
};

interface Reads {
  readonly jobs: readonly string[];
}

const handle = (id: string): AnyJob => ({ id, result: new Expr<Result>(`needs.${id}.result`, [id], [id]) });

const handles = (id: string, outputs: Readonly<Record<string, Expr<unknown>>>) =>
  Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, fromNeeds(id, key, value instanceof Condition)]),
  );

/** A flag travels as text, and GitHub treats the text 'false' as true, so every use compares it. */
const fromNeeds = (id: string, key: string, flag: boolean): Expr<unknown> =>
  flag ? new Condition(`needs.${id}.outputs.${key} == 'true'`, [id]) : new Expr(`needs.${id}.outputs.${key}`, [id]);

const outputOf = (id: string, key: string, codec: Codec): unknown =>
  codec.kind === "scalar" ? fromNeeds(id, key, codec.field === "boolean") : new Artifact(codec.name, id);

function refuseStepOutputs(id: string, read: readonly unknown[]): void {
  const local = read.find(
    (value) => value instanceof StepOutput || (value instanceof Expr && /\bsteps\./u.test(value.text)),
  );
  if (local instanceof Expr)
    throw new Mistake(
      "step-output-elsewhere",
      `The job ${id} reads ${local.text}, which only steps of its own job can read`,
      "Make it an output of that job",
    );
}

/** GitHub keeps one artifact of each name, and a leg finds its folder by the one value that its stage knows. */
function checkArtifacts(spec: StageJobSpec, jobs: readonly JobSpec[]): void {
  const folders = foldersOf(spec.stage);
  if (folders.length === 0) return;
  if (spec.matrix && keysOf(spec.matrix).length > 1)
    throw new Mistake(
      "two-dimensions",
      `The job ${spec.id} has a matrix of two dimensions, and its stage uploads a folder for each value of one`,
      "Use one dimension",
    );
  const other = jobs.find((job) => job !== spec && job.kind === "stage" && job.stage === spec.stage);
  if (other)
    throw new Mistake(
      "artifact-twice",
      `The jobs ${other.id} and ${spec.id} both upload ${folders.join(", ")}`,
      "Run the stage once, or with a matrix",
    );
}

const foldersOf = (stage: StageName): readonly string[] =>
  Object.values(contractOf(stage).outputs ?? {}).flatMap((codec) => (codec.kind === "folder" ? [codec.name] : []));
