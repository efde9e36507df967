/**
 * The typed language of workflows: a job runs a stage, and its inputs are outputs of other jobs.
 * A workflow can express what the contracts in `contract/contracts.ts` allow, and nothing else.
 * `compile.ts` compiles it for GitHub.
 */
import {
  type Cache,
  type Codec,
  type Folder,
  type Folders,
  type Scalar,
  type Value,
  flag,
} from "../../contract/codecs.ts";
import {
  type Contracts,
  type InputCodecs,
  type OutputCodecs,
  type StageName,
  contractOf,
} from "../../contract/contracts.ts";
import { Condition, Expr, type OnMainOnly, eventIs, notEmpty } from "./expressions.ts";
import type { Weekly } from "./schedule.ts";

/** A folder that one job uploads and another downloads. A job with a matrix uploads one for each leg. */
export class Artifact<out Name extends string, out Legs extends "one" | "one per leg"> {
  declare protected readonly from: Legs;
  readonly name: Name;
  readonly job: string;
  constructor(name: Name, job: string) {
    this.name = name;
    this.job = job;
  }
}

/** Marks a cache that a job keeps between runs. A workflow that leaves it out neither reads nor writes one. */
class Kept {
  declare protected readonly cache: true;
  readonly jobs: readonly string[] = [];
}
export const kept = new Kept();

export interface DispatchInput {
  readonly is: Scalar<unknown>;
  readonly description: string;
}
export type DispatchInputs = Readonly<Record<string, DispatchInput>>;

/** An interface and not a type, so that error messages of the compiler contain its name. */
interface Main {
  readonly branches: readonly ["main"];
}
type NoFilter = Readonly<Record<string, never>>;

export interface Events {
  readonly push: Main;
  readonly pull_request: Main;
  /** A merge queue asks for the checks of a group of pull requests, on a temporary branch of the base repository. */
  readonly merge_group: NoFilter;
  /** Runs on the default branch only. */
  readonly schedule: Weekly;
  readonly workflow_dispatch: NoFilter;
}

/** One job as data, for the compiler. */
export interface JobSpec {
  readonly stage: StageName;
  readonly matrix?: { readonly key: string; readonly over: Expr<readonly string[]> };
  readonly with: Readonly<Record<string, Expr<unknown> | Artifact<string, "one" | "one per leg"> | Kept>>;
  /** The conditions under which it runs, besides the success of the jobs that it needs. */
  readonly conditions: readonly Condition[];
  /** The ids of the jobs that it waits for, in the order of their definition. */
  readonly needs: readonly string[];
  /** Those of the jobs that it waits for without which it runs, too, where their conditions do not hold. */
  readonly afterSkipped: readonly string[];
}

export interface WorkflowSpec {
  readonly name: string;
  readonly title: string;
  readonly on: Readonly<Partial<Events>>;
  readonly inputs: DispatchInputs;
  readonly jobs: readonly JobSpec[];
  /** The id of the job that succeeds only if every job that should have run succeeded. */
  readonly gate?: string;
}

type Key<T> = Extract<keyof T, string>;

/** The type of what a workflow passes as an input of a stage. */
type SourceFor<C> =
  C extends Scalar<infer T>
    ? Expr<T>
    : C extends Folders<infer Name>
      ? Artifact<Name, "one per leg">
      : C extends Folder<infer Name>
        ? Artifact<Name, "one">
        : C extends Cache<string>
          ? Kept
          : never;

/** The outputs of a job. A job with a matrix has no scalar outputs, because each leg would overwrite that of the others. */
type OutputsOf<G, Legs extends "one" | "one per leg"> = {
  readonly [
    K in Key<G> as G[K] extends Scalar<unknown> ? (Legs extends "one" ? K : never) : K
  ]: G[K] extends Scalar<boolean>
    ? Condition
    : G[K] extends Scalar<infer T>
      ? Expr<T>
      : G[K] extends Folder<infer Name>
        ? Artifact<Name, Legs>
        : never;
};

export interface Job<S extends StageName = StageName, Legs extends "one" | "one per leg" = "one" | "one per leg"> {
  readonly id: S;
  readonly outputs: OutputsOf<OutputCodecs<S>, Legs>;
}

/** A stage with an environment gets secrets, so its job must be restricted to `main`, whatever event starts the run. */
type If<S extends StageName> = Contracts[S] extends { readonly environment: string }
  ? { readonly if: Condition<OnMainOnly> }
  : { readonly if?: Condition };

/** The inputs that a workflow may leave out. */
type OptionalInput<S extends StageName> = {
  [K in Key<InputCodecs<S>>]: InputCodecs<S>[K] extends { readonly optional: true } ? K : never;
}[Key<InputCodecs<S>>];

type Sources<S extends StageName, Keys extends Key<InputCodecs<S>>> = {
  readonly [K in Keys]: SourceFor<InputCodecs<S>[K]>;
};

type With<
  S extends StageName,
  Keys extends Key<InputCodecs<S>>,
  Optional extends Keys = Extract<Keys, OptionalInput<S>>,
> = [Keys] extends [never]
  ? { readonly with?: never }
  : [Optional] extends [never]
    ? { readonly with: Sources<S, Keys> }
    : [Exclude<Keys, Optional>] extends [never]
      ? { readonly with?: Partial<Sources<S, Keys>> }
      : { readonly with: Sources<S, Exclude<Keys, Optional>> & Partial<Sources<S, Optional>> };

type Options<S extends StageName, InMatrix extends Key<InputCodecs<S>>> = {
  /** One leg for each value of the list; the key is the input that gets the value. */
  readonly matrix?: [Key<InputCodecs<S>>] extends [never]
    ? never
    : { readonly [K in InMatrix]: Expr<readonly Value<InputCodecs<S>[K]>[]> };
  /** Jobs to wait for without reading their outputs; a job waits anyway for those whose outputs it reads. */
  readonly needs?: readonly { readonly id: StageName }[];
  /** Jobs to wait for that may have been skipped: an output is empty then, and there is no artifact. */
  readonly afterSkipped?: readonly { readonly id: StageName }[];
} & If<S> &
  With<S, Exclude<Key<InputCodecs<S>>, InMatrix>>;

interface Tools<E extends string, I extends DispatchInputs> {
  readonly job: <const S extends StageName, InMatrix extends Key<InputCodecs<S>> = never>(
    stage: S,
    ...options: Record<never, never> extends Options<S, InMatrix> ? [Options<S, InMatrix>?] : [Options<S, InMatrix>]
  ) => Job<S, [InMatrix] extends [never] ? "one" : "one per leg">;
  readonly event: { readonly is: (event: E) => Condition };
  readonly inputs: { readonly [K in keyof I]: Expr<Value<I[K]["is"]>> };
}

export function workflow<const E extends Key<Events>, const I extends DispatchInputs = Record<never, never>>(
  name: string,
  shape: {
    readonly title: string;
    readonly on: { readonly [P in E]: Events[P] };
    /** The form of a manual run. */
    readonly inputs?: "workflow_dispatch" extends E ? I : never;
    readonly gate?: string;
  },
  define: (tools: Tools<E, I>) => void,
): WorkflowSpec {
  const jobs: JobSpec[] = [];
  const declared: DispatchInputs = shape.inputs ?? {};
  const inputs = Object.fromEntries(Object.keys(declared).map((key) => [key, new Expr(`inputs.${key}`)]));
  define({ job: jobBuilder(jobs), event: { is: eventIs }, inputs } as unknown as Tools<E, I>);
  if (jobs.some((job) => job.stage === shape.gate))
    throw new Error(`The gate ${shape.gate} has the name of a job; choose another`);
  return {
    name,
    title: shape.title,
    on: shape.on,
    inputs: declared,
    jobs,
    ...(shape.gate === undefined ? {} : { gate: shape.gate }),
  };
}

interface AnyOptions {
  readonly matrix?: Readonly<Record<string, Expr<readonly string[]>>>;
  readonly needs?: readonly { readonly id: string }[];
  readonly afterSkipped?: readonly { readonly id: string }[];
  readonly if?: Condition;
  readonly with?: JobSpec["with"];
}

/** The untyped implementation of `job`: collects the jobs in the order of their definition. */
const jobBuilder =
  (jobs: JobSpec[]) =>
  (stage: StageName, options: AnyOptions = {}): Job => {
    if (jobs.some((job) => job.stage === stage)) throw new Error(`The job ${stage} is defined twice`);
    const [dimension, another] = Object.entries(options.matrix ?? {});
    if (another) throw new Error(`The job ${stage} has a matrix of two dimensions; use one list`);
    const matrix = dimension && { key: dimension[0], over: dimension[1] };
    const conditions = [...(matrix ? [notEmpty(matrix.over)] : []), ...(options.if ? [options.if] : [])];
    const read = [...Object.values(options.with ?? {}), ...conditions].flatMap((source) =>
      source instanceof Artifact ? [source.job] : source.jobs,
    );
    const afterSkipped = (options.afterSkipped ?? []).map(({ id }) => id);
    const absent = matrix?.over.jobs.find((id) => afterSkipped.includes(id));
    if (absent) throw new Error(`The job ${stage} has a matrix over an output of ${absent}, which may be skipped`);
    const needed = new Set([...read, ...(options.needs ?? []).map(({ id }) => id), ...afterSkipped]);
    const unknown = [...needed].find((id) => jobs.every((job) => job.stage !== id));
    if (unknown) throw new Error(`The job ${stage} needs ${unknown}, which is not defined before it in this workflow`);
    const spec: JobSpec = {
      stage,
      with: options.with ?? {},
      conditions,
      needs: jobs.map((job) => job.stage).filter((id) => needed.has(id)),
      afterSkipped,
      ...(matrix ? { matrix } : {}),
    };
    jobs.push(spec);
    const outputs = Object.entries(contractOf(stage).outputs ?? {});
    return {
      id: stage,
      outputs: Object.fromEntries(outputs.map(([key, codec]) => [key, outputOf(stage, key, codec)])),
    };
  };

function outputOf(stage: StageName, key: string, codec: Codec): unknown {
  if (codec.kind !== "scalar") return new Artifact(codec.name, stage);
  const output = `needs.${stage}.outputs.${key}`;
  // A flag travels as text, and GitHub treats the text 'false' as true, so every use compares it.
  return codec === flag ? new Condition(`${output} == 'true'`, [stage]) : new Expr(output, [stage]);
}
