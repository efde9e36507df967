/**
 * The typed language of workflows: jobs are stages, wired by the handles of other jobs.
 * What a workflow may say is what the contracts in `contract/contracts.ts` allow;
 * `compile.ts` turns it into what GitHub reads.
 */
import { type Codec, type Folder, type Folders, type Scalar, type Value, flag } from "../../contract/codecs.ts";
import {
  type Contracts,
  type InputCodecs,
  type OutputCodecs,
  type StageName,
  contractOf,
} from "../../contract/contracts.ts";
import { Condition, Expr, type OnMainOnly, eventIs, notEmpty } from "./expressions.ts";

/** What one job left and another inputs. A matrix leaves one a leg. */
export class Artifact<out Name extends string, out Legs extends "one" | "one a leg"> {
  declare protected readonly from: Legs;
  readonly name: Name;
  readonly job: string;
  constructor(name: Name, job: string) {
    this.name = name;
    this.job = job;
  }
}

export interface DispatchInput {
  readonly is: Scalar<unknown>;
  readonly description: string;
}
export type DispatchInputs = Readonly<Record<string, DispatchInput>>;

export interface Events {
  readonly push: { readonly branches: readonly ["main"] };
  readonly pull_request: { readonly branches: readonly ["main"] };
  readonly workflow_dispatch: Readonly<Record<never, never>>;
}

/** One job as data: what the compiler reads. */
export interface JobSpec {
  readonly stage: StageName;
  readonly matrix?: { readonly key: string; readonly over: Expr<readonly string[]> };
  readonly with: Readonly<Record<string, Expr<unknown> | Artifact<string, "one" | "one a leg">>>;
  /** What must hold beside the success of the jobs it needs. */
  readonly conditions: readonly Condition[];
  /** Ids of the jobs it waits for, in the order in which they were defined. */
  readonly needs: readonly string[];
}

export interface WorkflowSpec {
  readonly name: string;
  readonly title: string;
  readonly on: Readonly<Partial<Events>>;
  readonly inputs: DispatchInputs;
  readonly jobs: readonly JobSpec[];
  /** The id of the job that is green only if every job that should have run succeeded. */
  readonly gate?: string;
}

type Key<T> = Extract<keyof T, string>;

/** What may be given for something that a stage inputs. */
type SourceFor<C> =
  C extends Scalar<infer T>
    ? Expr<T>
    : C extends Folders<infer Name>
      ? Artifact<Name, "one a leg">
      : C extends Folder<infer Name>
        ? Artifact<Name, "one">
        : never;

/** What may be read of a job. A scalar output of a matrix is only one leg's, so there is none. */
type Readable<G, Legs extends "one" | "one a leg"> = {
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

export interface Job<S extends StageName = StageName, Legs extends "one" | "one a leg" = "one" | "one a leg"> {
  readonly id: S;
  readonly outputs: Readable<OutputCodecs<S>, Legs>;
}

/** A stage with an environment holds secrets: it must be on `main` whatever event started it. */
type If<S extends StageName> = Contracts[S] extends { readonly environment: string }
  ? { readonly if: Condition<OnMainOnly> }
  : { readonly if?: Condition };

type With<S extends StageName, InMatrix extends string> = [Exclude<Key<InputCodecs<S>>, InMatrix>] extends [never]
  ? { readonly with?: never }
  : { readonly with: { readonly [K in Exclude<Key<InputCodecs<S>>, InMatrix>]: SourceFor<InputCodecs<S>[K]> } };

type Options<S extends StageName, InMatrix extends Key<InputCodecs<S>>> = {
  /** One leg a value of the list; the key is what the stage inputs. */
  readonly matrix?: [Key<InputCodecs<S>>] extends [never]
    ? never
    : { readonly [K in InMatrix]: Expr<readonly Value<InputCodecs<S>[K]>[]> };
  /** Order only: what is read is needed anyway. */
  readonly needs?: readonly { readonly id: StageName }[];
} & If<S> &
  With<S, InMatrix>;

interface Tools<E extends string, I extends DispatchInputs> {
  readonly job: <const S extends StageName, InMatrix extends Key<InputCodecs<S>> = never>(
    stage: S,
    ...options: Record<never, never> extends Options<S, InMatrix> ? [Options<S, InMatrix>?] : [Options<S, InMatrix>]
  ) => Job<S, [InMatrix] extends [never] ? "one" : "one a leg">;
  readonly event: { readonly is: (event: E) => Condition };
  readonly inputs: { readonly [K in keyof I]: Expr<Value<I[K]["is"]>> };
}

export function workflow<const E extends Key<Events>, const I extends DispatchInputs = Record<never, never>>(
  name: string,
  shape: {
    readonly title: string;
    readonly on: { readonly [P in E]: Events[P] };
    /** What the person who dispatches the workflow fills in. */
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
  readonly if?: Condition;
  readonly with?: JobSpec["with"];
}

/** The part behind the types: collects jobs in the order in which they are defined. */
const jobBuilder =
  (jobs: JobSpec[]) =>
  (stage: StageName, options: AnyOptions = {}): Job => {
    if (jobs.some((job) => job.stage === stage)) throw new Error(`The job ${stage} is defined twice`);
    const [dimension, another] = Object.entries(options.matrix ?? {});
    if (another) throw new Error(`The job ${stage} has a matrix of two dimensions; a stage is run over one list`);
    const matrix = dimension && { key: dimension[0], over: dimension[1] };
    const conditions = [...(matrix ? [notEmpty(matrix.over)] : []), ...(options.if ? [options.if] : [])];
    const read = [...Object.values(options.with ?? {}), ...conditions].flatMap((source) =>
      source instanceof Artifact ? [source.job] : source.jobs,
    );
    const needed = new Set([...read, ...(options.needs ?? []).map(({ id }) => id)]);
    const stranger = [...needed].find((id) => jobs.every((job) => job.stage !== id));
    if (stranger)
      throw new Error(`The job ${stage} needs ${stranger}, which is not defined before it in this workflow`);
    const spec: JobSpec = {
      stage,
      with: options.with ?? {},
      conditions,
      needs: jobs.map((job) => job.stage).filter((id) => needed.has(id)),
      ...(matrix ? { matrix } : {}),
    };
    jobs.push(spec);
    const outputs = Object.entries(contractOf(stage).outputs ?? {});
    return {
      id: stage,
      outputs: Object.fromEntries(outputs.map(([key, codec]) => [key, readable(stage, key, codec)])),
    };
  };

function readable(stage: StageName, key: string, codec: Codec): unknown {
  if (codec.kind !== "scalar") return new Artifact(codec.name, stage);
  const output = `needs.${stage}.outputs.${key}`;
  // A flag travels as text, and the text 'false' is true: it is compared wherever it is read.
  return codec === flag ? new Condition(`${output} == 'true'`, [stage]) : new Expr(output, [stage]);
}
