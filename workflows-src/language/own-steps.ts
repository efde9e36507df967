/** Steps of a job's own: a command, or an action of the table. Pure. */
import type { EnvironmentName } from "../../contract/settings.ts";
import { Mistake } from "./mistake.ts";
import { outputsOf } from "./action-interfaces.ts";
import { type Inputs, type OutputsOf, actions, pinned } from "./actions.ts";
import { type Condition, Expr, callsStatus } from "./expressions.ts";
import type { ExpressionInScript, FirstOf, Missing, NoInput, NoOption, Of, OneOf } from "./refused.ts";
import { type LibraryStep, interpolated } from "./library.ts";

/** A secret that a step may read; jobs without its environment refuse the step. */
export class Secret<out Environment extends EnvironmentName> {
  declare protected readonly environment: Environment;
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The token of the job: it can do what the permissions of the job allow. */
export const githubToken = new Secret<never>("github.token");

type Value = string | number | boolean | Expr<string | number | boolean> | Secret<EnvironmentName>;
type Values = Readonly<Record<string, Value>>;
/** The environments whose secrets are among the values. */
type EnvironmentsOf<V> = { [K in keyof V]: V[K] extends Secret<infer Environment> ? Environment : never }[keyof V];

/** A text output of a step, for later steps of its job and for the outputs of its job. */
export class StepOutput extends Expr<string> {
  readonly step: string;
  constructor(step: string, key: string) {
    super(`steps.${step}.outputs.${key}`);
    this.step = step;
  }
}

export class Step<out Environment extends EnvironmentName = EnvironmentName, Outputs extends string = string> {
  declare protected readonly environment: Environment;
  readonly outputs: { readonly [Name in Outputs]: StepOutput };
  readonly text: LibraryStep;
  /** The expressions of the step, so that its job waits for the jobs that they read. */
  readonly exprs: readonly Expr<unknown>[];
  constructor(text: LibraryStep, exprs: readonly Expr<unknown>[], outputs: readonly string[]) {
    this.text = text;
    this.exprs = exprs;
    const id = text.id ?? "";
    this.outputs = Object.fromEntries(outputs.map((key) => [key, new StepOutput(id, key)])) as Step<
      Environment,
      Outputs
    >["outputs"];
  }
}

interface StepOptions<Env> {
  readonly name?: string;
  /** Needed where something reads an output of the step. */
  readonly id?: string;
  readonly env?: Env;
  /** Without it, the step runs if every step before it succeeded. */
  readonly if?: Condition;
  /** The job goes on, and may succeed, if this step fails. A step that runs a stage has no such option. */
  readonly mayFail?: boolean;
}
type Shell = "bash" | "sh" | "python" | "pwsh";
interface RunOptions extends StepOptions<Values> {
  readonly shell?: Shell;
  readonly workingDirectory?: string;
  /** The outputs that the command writes to the file in GITHUB_OUTPUT. */
  readonly outputs?: readonly string[];
}

/** The command, or why it or its options are refused. */
type AcceptedCommand<Command, O> = Command extends `${string}\${{${string}`
  ? ExpressionInScript
  : string extends keyof O
    ? Command
    : [Exclude<keyof O, keyof RunOptions>] extends [never]
      ? Command
      : NoOption<OneOf<Exclude<keyof O, keyof RunOptions>>>;
type EnvironmentsIn<O> = O extends { readonly env: infer Env } ? EnvironmentsOf<Env> : never;
type OutputsIn<O> = O extends { readonly outputs: readonly (infer Name extends string)[] } ? Name : never;

export function run<
  const Command extends string,
  const O extends RunOptions & Readonly<Record<string, unknown>> = Record<never, never>,
>(command: AcceptedCommand<Command, O>, options?: O): Step<EnvironmentsIn<O>, OutputsIn<O>> {
  const { shell, workingDirectory, outputs = [], ...common }: RunOptions = options ?? {};
  if (outputs.length > 0 && common.id === undefined)
    throw new Mistake("step-without-id", `The step ${JSON.stringify(command)} has outputs but no id`, "Give it an id");
  return stepOf(common, outputs, {
    run: command as Command,
    ...(shell ? { shell } : {}),
    ...(workingDirectory === undefined ? {} : { "working-directory": workingDirectory }),
  });
}

/** The inputs of an action, where a text can be an expression or a secret. */
type Given<I> = I extends unknown
  ? { readonly [K in keyof I]: I[K] | (string extends I[K] ? Expr<string> | Secret<EnvironmentName> : never) }
  : never;

/** The action, or why its inputs are refused. */
type AcceptedAction<A extends keyof Inputs, With> = [RefusalOf<Inputs[A], With>] extends [never]
  ? A
  : string extends keyof With
    ? A
    : RefusalOf<Inputs[A], With>;
type RefusalOf<I, With> = FirstOf<
  [
    Of<NoInput<OneOf<Exclude<keyof With, KeysOf<I>>>>>,
    // Of an action with alternatives, one has to be complete.
    With extends Given<I> ? never : Of<Missing<OneOf<Exclude<RequiredIn<I>, keyof With>>>>,
  ]
>;
type KeysOf<I> = I extends unknown ? keyof I : never;
type RequiredIn<I> = I extends unknown
  ? { [K in keyof I]-?: Record<never, never> extends Pick<I, K> ? never : K }[keyof I]
  : never;

export function use<
  const A extends keyof Inputs,
  const With extends Partial<Given<Inputs[A]>> & Readonly<Record<string, unknown>>,
  const Env extends Values = Record<never, never>,
>(
  action: AcceptedAction<A, With>,
  inputs: With,
  options: StepOptions<Env> = {},
): Step<EnvironmentsOf<With> | EnvironmentsOf<Env>, OutputsOf<A>> {
  const outputs = options.id === undefined ? [] : outputsOf(actions[action as A]);
  return stepOf(
    options,
    outputs,
    { uses: pinned(actions[action as A]), with: printed(inputs as Values) },
    inputs as Values,
  );
}

function stepOf<Environment extends EnvironmentName, Outputs extends string>(
  { name, id, env, if: condition, mayFail }: StepOptions<Values>,
  outputs: readonly string[],
  work: LibraryStep,
  inputs: Values = {},
): Step<Environment, Outputs> {
  const text: LibraryStep = {
    ...(name === undefined ? {} : { name }),
    ...(id === undefined ? {} : { id }),
    ...(env ? { env: printed(env) } : {}),
    ...work,
    ...(condition ? { if: interpolated(condition.text) } : {}),
    ...(mayFail ? { "continue-on-error": true } : {}),
  };
  const values = [...Object.values(env ?? {}), ...Object.values(inputs), ...(condition ? [condition] : [])];
  return new Step(
    text,
    values.filter((value) => value instanceof Expr),
    outputs,
  );
}

const printed = (values: Values): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value instanceof Expr || value instanceof Secret ? interpolated(value.text) : value,
    ]),
  );

/** @throws Mistake when a job could not run these steps as they are written */
export function checkSteps(job: string, steps: readonly Step[], outputs: readonly Expr<unknown>[]): void {
  const seen = new Set<string>();
  const require = (expr: Expr<unknown>): void => {
    if (!(expr instanceof StepOutput) || seen.has(expr.step)) return;
    throw new Mistake(
      "step-output",
      `The job ${job} reads ${expr.text}, and no step before has that output`,
      "Put the step before, and give it an id",
    );
  };
  for (const { text, exprs } of steps) {
    exprs.forEach(require);
    if (text.id === undefined) continue;
    if (text.id === "stage" || seen.has(text.id))
      throw new Mistake("step-id-twice", `The job ${job} has two steps with the id ${text.id}`, "Choose another id");
    seen.add(text.id);
  }
  outputs.forEach(require);
  const status = outputs.find(callsStatus);
  if (status)
    throw new Mistake(
      "status-in-output",
      `The job ${job} has an output that calls ${status.text}`,
      "Call it in a condition",
    );
}
