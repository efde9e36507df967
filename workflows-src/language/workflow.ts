/** The function that defines a workflow, and the types of what its definition may say. `builder.ts` collects the jobs. */
import type { StageName } from "../../contract/contracts.ts";
import type { SecretName, VariableName } from "../../contract/settings.ts";
import { jobBuilder } from "./builder.ts";
import type { EventName, Events, WithInputs } from "./events.ts";
import { type Condition, Expr, eventIs } from "./expressions.ts";
import { type Entered, type Input, type InputExprs, inputExprs } from "./inputs.ts";
import { Kept, type JobSpec, type RunConcurrency, type WorkflowSpec } from "./model.ts";
import { Secret } from "./own-steps.ts";
import type {
  FirstOf,
  MissingOption,
  NoEventWithInputs,
  NoSuchEvent,
  NoSuchFilter,
  NoSuchOption,
  Of,
} from "./refused.ts";
import { type AcceptedStage, type LegsOf, type StageJob, type StageOptions } from "./stage-options.ts";
import type {
  AcceptedCall,
  AcceptedSteps,
  AnyCallable,
  CallJob,
  CallOptions,
  Callable,
  StepsJob,
  StepsOf,
  StepsOptions,
} from "./steps-options.ts";

export const kept = new Kept();

interface Shape<I, S> {
  readonly title?: string;
  readonly on?: Readonly<Partial<Events>>;
  /** The form of a manual run, and what a calling workflow passes. */
  readonly inputs?: { readonly [K in keyof I]: I[K] extends Entered ? Input<I[K]> : never };
  /** The secrets that a calling workflow passes, each with its description. */
  readonly secrets?: { readonly [K in keyof S]: string };
  readonly gate?: string;
  /** The title of each run on the Actions page; without it, GitHub's own. */
  readonly runName?: Expr<string> | string;
  /** Instead of the rule that a newer push to a pull request cancels the older run, and nothing else does. */
  readonly concurrency?: RunConcurrency;
}

type EventsIn<O> = O extends { readonly on: infer On } ? Extract<keyof On, EventName> : never;

/** The name of the workflow, or why its shape is refused. */
type AcceptedWorkflow<Name, O> = [RefusalOf<O>] extends [never] ? Name : RefusalOf<O>;
type RefusalOf<O> = FirstOf<
  [
    Of<NoSuchOption<Exclude<keyof O, keyof Shape<never, never>>>>,
    Of<MissingOption<Exclude<"title" | "on", keyof O>>>,
    O extends { readonly on: infer On } ? Of<NoSuchEvent<Exclude<keyof On, EventName>>> : never,
    O extends { readonly on: infer On } ? Of<NoSuchFilter<FiltersBeside<On>>> : never,
    O extends { readonly inputs: unknown }
      ? EventsIn<O> & WithInputs extends never
        ? NoEventWithInputs
        : never
      : never,
    O extends { readonly secrets: unknown } ? ("workflow_call" extends EventsIn<O> ? never : NoEventWithInputs) : never,
  ]
>;
type KeysOfUnion<T> = T extends unknown ? keyof T : never;
/** The filters that an event does not have. */
type FiltersBeside<On> = {
  [E in keyof On & EventName]: E extends "schedule" ? never : Exclude<keyof On[E], KeysOfUnion<Events[E]>>;
}[keyof On & EventName];

/** Keeps the compiler from reporting the whole object where no key of it is known; the first argument names the key. */
type AnyKeys = Readonly<Record<string, unknown>>;

/** What the definition of a workflow is given. */
export interface Tools<E extends EventName, I, S> {
  /** A job that runs a stage of the contract. */
  readonly job: <const S1 extends StageName, const O extends StageOptions<S1> & AnyKeys = Record<never, never>>(
    stage: AcceptedStage<S1, O>,
    options?: O,
  ) => StageJob<S1, LegsOf<O>>;
  /** A job with steps of its own. */
  readonly steps: <const Id extends string, const O extends StepsOptions & AnyKeys>(
    id: AcceptedSteps<Id, O>,
    options: O,
    steps: StepsOf<O>,
  ) => StepsJob<O>;
  /** A job that calls another workflow. */
  readonly call: <const Id extends string, W extends AnyCallable, const O extends CallOptions<W> & AnyKeys>(
    id: AcceptedCall<Id, W, O>,
    called: W,
    options: O,
  ) => CallJob<W>;
  readonly event: { readonly is: (event: E) => Condition };
  readonly inputs: InputExprs<E, I>;
  /** The secrets that the calling workflow passes. */
  readonly secrets: { readonly [K in keyof S]: Secret<never> };
}

/** In a workflow that others can call, `define` returns the outputs that they get. */
export function workflow<
  const Name extends string,
  const O,
  R,
  const I = Record<never, never>,
  const S = Record<never, never>,
>(
  name: AcceptedWorkflow<Name, O>,
  shape: Shape<I, S> & O,
  define: (tools: Tools<EventsIn<O>, I, S>) => R,
): "workflow_call" extends EventsIn<O> ? Callable<I, S, R> : WorkflowSpec {
  const jobs: JobSpec[] = [];
  const { title, on, inputs, secrets, gate, runName, concurrency } = shape as Partial<WorkflowSpec> & Defined;
  const tools = {
    ...jobBuilder(jobs, on),
    event: { is: eventIs },
    inputs: inputExprs(inputs ?? {}, Object.keys(on)),
    secrets: Object.fromEntries(Object.keys(secrets ?? {}).map((key) => [key, new Secret(`secrets.${key}`)])),
  };
  const outputs = define(tools as unknown as Tools<EventsIn<O>, I, S>);
  if (jobs.some(({ id }) => id === gate)) throw new Error(`The gate ${gate} has the name of a job; choose another`);
  const spec: WorkflowSpec = {
    name: name as string,
    title,
    on,
    inputs: inputs ?? {},
    secrets: secrets ?? {},
    outputs: on.workflow_call && typeof outputs === "object" && outputs !== null ? outputsOf(outputs) : {},
    jobs,
    ...(gate === undefined ? {} : { gate }),
    ...(runName === undefined ? {} : { runName }),
    ...(concurrency ? { concurrency } : {}),
  };
  return spec as ReturnType<typeof workflow<Name, O, R, I, S>>;
}

/** What `AcceptedWorkflow` demands. */
type Defined = Pick<WorkflowSpec, "title" | "on">;

const outputsOf = (returned: object): WorkflowSpec["outputs"] =>
  Object.fromEntries(Object.entries(returned).filter(([, value]) => value instanceof Expr));

/** The variables of the repository and of the job's environment. */
export const variable = (name: VariableName): Expr<string> => new Expr(`vars.${name}`);

/** A secret of the environment of the job that reads it. */
export const secret = <const Name extends SecretName>(name: Name): Secret<Name> => new Secret(`secrets.${name}`);
