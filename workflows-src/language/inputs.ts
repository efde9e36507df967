/** The inputs of a run: those that somebody fills in a form, and those that a calling workflow passes. Pure. */
import type { Scalar } from "../../contract/codecs.ts";
import { Condition, Expr } from "./expressions.ts";
import type { EventName, WithInputs } from "./events.ts";
import type { AtLeastOne } from "./library.ts";

export type Entered = string | number | boolean;

export interface Input<T extends Entered = Entered> {
  readonly is: Scalar<T>;
  readonly description?: string;
  readonly default?: NoInfer<T>;
}
export type Inputs = Readonly<Record<string, Input & { readonly description: string }>>;

/** An input of a workflow that also starts without inputs: it has no value then. */
export class Sometimes<out T> {
  declare protected readonly yields: T;
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The input, or this value in a run without inputs. */
export const otherwise = <T extends Entered>(input: Sometimes<T>, value: NoInfer<T>): Expr<T> =>
  new Expr(`${input.text} || ${typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : value}`);

type InputExpr<T> = [T] extends [boolean] ? Condition : Expr<T>;

/** The inputs as a workflow with these events reads them. */
export type InputExprs<E extends EventName, I> = [E] extends [WithInputs] ? Form<I> : MaybeForm<I>;
type Form<I> = { readonly [K in keyof I]: InputExpr<I[K]> };
type MaybeForm<I> = { readonly [K in keyof I]: Sometimes<I[K]> };

/** The untyped expressions of `InputExprs`. */
export const inputExprs = (inputs: Inputs, events: readonly string[]): Readonly<Record<string, unknown>> => {
  const always = events.every((event) => event === "workflow_dispatch" || event === "workflow_call");
  const exprOf = (text: string, { is }: Inputs[string]) => {
    if (!always) return new Sometimes(text);
    return is.field === "boolean" ? new Condition(text) : new Expr(text);
  };
  return Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, exprOf(`inputs.${key}`, input)]));
};

const mapped = <T>(inputs: Inputs, one: (input: Inputs[string]) => T): { inputs?: Record<string, T> } => {
  const entries = Object.entries(inputs).map(([key, input]) => [key, one(input)] as const);
  return entries.length > 0 ? { inputs: Object.fromEntries(entries) } : {};
};

export const dispatchInputs = (inputs: Inputs) =>
  mapped(inputs, ({ is, description, default: preset }) => ({
    description,
    required: isRequired(is, preset),
    ...(preset === undefined ? {} : { default: preset as string }),
    ...(is.choices && !is.field
      ? { type: "choice" as const, options: [...is.choices] as AtLeastOne<string> }
      : { type: is.field ?? ("string" as const) }),
  }));

/** GitHub knows three types of inputs between workflows. The stage that gets a value parses it anyway. */
export const callInputs = (inputs: Inputs) =>
  mapped(inputs, ({ is, description, default: preset }) => ({
    description,
    required: isRequired(is, preset),
    type: is.field === "boolean" || is.field === "number" ? is.field : ("string" as const),
    ...(preset === undefined ? {} : { default: preset }),
  }));

function isRequired({ parse }: Scalar<unknown>, preset: unknown): boolean {
  if (preset !== undefined) return false;
  try {
    parse("");
    return false;
  } catch {
    return true;
  }
}
