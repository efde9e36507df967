/**
 * Types that stand where an argument is refused. Nothing is assignable to them, and their names say why: the compiler prints
 * one short line, such as "'"integrate"' is not assignable to parameter of type 'Missing<"images">'". Pure.
 */
declare const never: unique symbol;
interface Refused {
  readonly [never]: true;
}

export interface NoOption<out Key> extends Refused {
  readonly key: Key;
}
export interface NoInput<out Key> extends Refused {
  readonly key: Key;
}
export interface NoEvent<out Key> extends Refused {
  readonly key: Key;
}
export interface NoFilter<out Key> extends Refused {
  readonly key: Key;
}
export interface Missing<out Key> extends Refused {
  readonly key: Key;
}
/** The input has a value both from the matrix and from `with`. */
export interface GivenTwice<out Key> extends Refused {
  readonly key: Key;
}
/** The job has secrets or may write, so its `if` has to hold in runs of the named place only. */
export interface NeedsIf<out Place> extends Refused {
  readonly place: Place;
}
/** Inputs exist in runs for `workflow_dispatch` and `workflow_call`. */
export interface NoEventWithInputs extends Refused {
  readonly events: "workflow_dispatch" | "workflow_call";
}

/** The refusal of these keys, or nothing if there are none. */
export type Of<R extends { readonly key: unknown }> = [R["key"]] extends [never] ? never : R;

/** One of the keys: a message about the first mistake is enough, and fits on a line. */
export type OneOf<Keys> = (Keys extends unknown ? (key: () => Keys) => void : never) extends (key: infer F) => void
  ? F extends () => infer Key
    ? Key
    : never
  : never;

/** Nothing is assignable to it. Beside it the compiler prints two types in one line, instead of the properties that differ. */
export interface Nothing extends Refused {
  readonly nothing: true;
}

/** A command gets values through `env`: an expression inside a script would become part of the script. */
export interface ExpressionInScript extends Refused {
  readonly script: true;
}

/** The event does not start this workflow. */
export interface OtherEvent extends Refused {
  readonly event: true;
}

/** Nothing, or the first refusal. */
export type FirstOf<Refusals extends readonly unknown[]> = Refusals extends readonly [infer First, ...infer Others]
  ? [First] extends [never]
    ? FirstOf<Others>
    : First
  : never;
