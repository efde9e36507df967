/** Steps of a job's own: a command, or an action of the table. Pure. */
import { type Inputs, actionOutputs, actions, pinned } from "./actions.ts";
import { type Condition, Expr, callsStatus } from "./expressions.ts";
import { type LibraryStep, interpolated } from "./library.ts";

/** A secret that a step may read. `Name` is the one of its environment; jobs without that environment refuse the step. */
export class Secret<out Name extends string> {
  declare protected readonly name: Name;
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The token of the job: it can do what the permissions of the job allow. */
export const githubToken = new Secret<never>("github.token");

type Value = string | number | boolean | Expr<string | number | boolean> | Secret<string>;
type Values = Readonly<Record<string, Value>>;
type SecretsIn<V> = { [K in keyof V]: V[K] extends Secret<infer Name> ? Name : never }[keyof V];

/** A text output of a step, for later steps of its job and for the outputs of its job. */
export class StepOutput extends Expr<string> {
  readonly step: string;
  constructor(step: string, key: string) {
    super(`steps.${step}.outputs.${key}`);
    this.step = step;
  }
}

export class Step<out Secrets extends string = string, Outputs extends string = string> {
  declare protected readonly reads: Secrets;
  readonly outputs: { readonly [Name in Outputs]: StepOutput };
  readonly text: LibraryStep;
  /** The expressions of the step, so that its job waits for the jobs that they read. */
  readonly exprs: readonly Expr<unknown>[];
  constructor(text: LibraryStep, exprs: readonly Expr<unknown>[], outputs: readonly string[]) {
    this.text = text;
    this.exprs = exprs;
    const id = text.id ?? "";
    this.outputs = Object.fromEntries(outputs.map((key) => [key, new StepOutput(id, key)])) as Step<
      Secrets,
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
interface RunOptions<Env, Outputs extends string> extends StepOptions<Env> {
  readonly shell?: "bash" | "sh" | "python" | "pwsh";
  readonly workingDirectory?: string;
  /** The outputs that the command writes to the file in GITHUB_OUTPUT. */
  readonly outputs?: readonly Outputs[];
}

/** A command gets values through `env`: an expression inside a script would become part of the script. */
type WithoutExpression<Text extends string> = Text extends `${string}\${{${string}` ? never : Text;

export function run<
  const Command extends string,
  const Env extends Values = Record<never, never>,
  const Outputs extends string = never,
>(command: WithoutExpression<Command>, options: RunOptions<Env, Outputs> = {}): Step<SecretsIn<Env>, Outputs> {
  const { shell, workingDirectory, outputs = [] } = options;
  if (outputs.length > 0 && options.id === undefined)
    throw new Error(`The step ${JSON.stringify(command)} has outputs but no id; give it an id`);
  return stepOf(options, outputs, {
    run: command,
    ...(shell ? { shell } : {}),
    ...(workingDirectory === undefined ? {} : { "working-directory": workingDirectory }),
  });
}

/** The inputs of an action, where a text can be an expression or a secret. */
type Given<I> = I extends unknown
  ? { readonly [K in keyof I]: I[K] | (string extends I[K] ? Expr<string> | Secret<string> : never) }
  : never;
type OutputsOf<A extends keyof Inputs> = (typeof actionOutputs)[A][number];

export function use<
  const A extends keyof Inputs,
  const With extends Given<Inputs[A]>,
  const Env extends Values = Record<never, never>,
>(action: A, inputs: With, options: StepOptions<Env> = {}): Step<SecretsIn<With> | SecretsIn<Env>, OutputsOf<A>> {
  const outputs = options.id === undefined ? [] : actionOutputs[action];
  return stepOf(options, outputs, { uses: pinned(actions[action]), with: printed(inputs as Values) }, inputs as Values);
}

function stepOf<Secrets extends string, Outputs extends string>(
  { name, id, env, if: condition, mayFail }: StepOptions<Values>,
  outputs: readonly string[],
  work: LibraryStep,
  inputs: Values = {},
): Step<Secrets, Outputs> {
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

/** @throws Error when a job could not run these steps as they are written */
export function checkSteps(job: string, steps: readonly Step[], outputs: readonly Expr<unknown>[]): void {
  const seen = new Set<string>();
  const require = (expr: Expr<unknown>): void => {
    if (!(expr instanceof StepOutput) || seen.has(expr.step)) return;
    throw new Error(`The job ${job} reads ${expr.text}, and no step before has the id ${expr.step || "that it needs"}`);
  };
  for (const { text, exprs } of steps) {
    exprs.forEach(require);
    if (text.id === undefined) continue;
    if (text.id === "stage" || seen.has(text.id))
      throw new Error(`The job ${job} has two steps with the id ${text.id}; choose another`);
    seen.add(text.id);
  }
  outputs.forEach(require);
  const status = outputs.find(callsStatus);
  if (status) throw new Error(`The job ${job} has an output that calls ${status.text}; only conditions can call it`);
}
