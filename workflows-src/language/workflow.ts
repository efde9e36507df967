/** The function that defines a workflow, and the types of what its definition may say. `builder.ts` collects the jobs. */
import { Mistake } from "./mistake.ts";
import type { StageName } from "../../contract/contracts.ts";
import type { EnvironmentName, SecretName, VariableName, environments } from "../../contract/settings.ts";
import { jobBuilder } from "./builder.ts";
import type { EventName, Events, WithInputs } from "./events.ts";
import { type Condition, Expr, eventIs } from "./expressions.ts";
import { type Entered, type Input, type InputExprs, inputExprs } from "./inputs.ts";
import { Kept, type JobSpec, type RunLane, type WorkflowSpec } from "./model.ts";
import { Secret } from "./own-steps.ts";
import type {
  FirstOf,
  Missing,
  NoEvent,
  NoEventWithInputs,
  NoFilter,
  NoOption,
  Of,
  OneOf,
  OtherEvent,
} from "./refused.ts";
import { type AcceptedStage, type AnyKeys, type LegsOf, type StageJob, type StageOptions } from "./stage-options.ts";
import type {
  AcceptedCall,
  AcceptedSteps,
  AnyCallable,
  CallJob,
  CallOptions,
  Callable,
  StepsJob,
  SecretsOf,
  LegOf,
  StepsFor,
  StepsOptions,
} from "./steps-options.ts";

export const kept = new Kept();

interface Shape {
  readonly title?: string;
  readonly on?: Readonly<Partial<Events>> & AnyKeys;
  readonly gate?: string;
  /** The title of each run on the Actions page; without it, GitHub's own. */
  readonly runName?: Expr<string> | string;
  /** Instead of the rule that a newer push to a pull request cancels the older run, and nothing else does. */
  readonly concurrency?: RunLane;
}
interface Passed<I, S> {
  /** The form of a manual run, and what a calling workflow passes. */
  readonly inputs?: { readonly [K in keyof I]: I[K] extends Entered ? Input<I[K]> : never };
  /** The secrets that a calling workflow passes, each with its description. */
  readonly secrets?: { readonly [K in keyof S]: string };
}

type EventsIn<O> = O extends { readonly on: infer On } ? Extract<keyof On, EventName> : never;

/** The name of the workflow, or why its shape is refused. */
type AcceptedWorkflow<Name, O> = [RefusalOf<O>] extends [never] ? Name : string extends keyof O ? Name : RefusalOf<O>;
type RefusalOf<O> = FirstOf<
  [
    Of<NoOption<OneOf<Exclude<keyof O, keyof Shape | keyof Passed<never, never>>>>>,
    Of<Missing<OneOf<Exclude<"title" | "on", keyof O>>>>,
    O extends { readonly on: infer On } ? Of<NoEvent<OneOf<Exclude<keyof On, EventName>>>> : never,
    O extends { readonly on: infer On } ? Of<NoFilter<OneOf<FiltersBeside<On>>>> : never,
    O extends { readonly inputs: infer In } ? Of<Missing<Undescribed<In>>> : never,
    O extends { readonly inputs: unknown }
      ? EventsIn<O> & WithInputs extends never
        ? NoEventWithInputs
        : never
      : never,
    O extends { readonly secrets: unknown } ? ("workflow_call" extends EventsIn<O> ? never : NoEventWithInputs) : never,
  ]
>;
type Undescribed<In> = {
  [K in keyof In]: In[K] extends { readonly description: string } ? never : "description";
}[keyof In];
type KeysOfUnion<T> = T extends unknown ? keyof T : never;
/** The filters that an event does not have. */
type FiltersBeside<On> = {
  [E in keyof On & EventName]: E extends "schedule" ? never : Exclude<keyof On[E], KeysOfUnion<Events[E]>>;
}[keyof On & EventName];

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
    steps: StepsFor<SecretsOf<O>, LegOf<O>>,
  ) => StepsJob<O>;
  /** A job that calls another workflow. */
  readonly call: <const Id extends string, W extends AnyCallable, const O extends CallOptions<W> & AnyKeys>(
    id: AcceptedCall<Id, W, O>,
    called: W,
    options: O,
  ) => CallJob<W>;
  readonly event: { readonly is: <const N extends string>(event: N extends E ? N : OtherEvent) => Condition };
  readonly inputs: InputExprs<E, I>;
  /** The secrets that the calling workflow passes. */
  readonly secrets: { readonly [K in keyof S]: Secret<never> };
}

/** In a workflow that others can call, `define` returns the outputs that they get. */
export function workflow<
  const Name extends string,
  const O extends Shape & AnyKeys,
  R,
  const I = Record<never, never>,
  const S = Record<never, never>,
>(
  name: AcceptedWorkflow<Name, O>,
  shape: Passed<I, S> & O,
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
  if (jobs.some(({ id }) => id === gate))
    throw new Mistake("gate-is-job", `The gate ${gate} has the name of a job`, "Choose another name");
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
export const secret = <const Name extends SecretName>(name: Name): Secret<EnvironmentOf<Name>> =>
  new Secret(`secrets.${name}`);
type EnvironmentOf<Name> = {
  [E in EnvironmentName]: Name extends (typeof environments)[E]["secrets"][number] ? E : never;
}[EnvironmentName];
