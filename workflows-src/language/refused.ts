/**
 * Types that stand where an argument is refused. Nothing is assignable to them, and their names say why: the compiler prints
 * one short line, such as "'"integrate"' is not assignable to parameter of type 'MissingInput<"images">'". Pure.
 */
declare const never: unique symbol;
interface Refused {
  readonly [never]: true;
}

export interface NoSuchOption<out Key> extends Refused {
  readonly key: Key;
}
export interface NoSuchInput<out Key> extends Refused {
  readonly key: Key;
}
export interface NoSuchEvent<out Key> extends Refused {
  readonly key: Key;
}
export interface NoSuchFilter<out Key> extends Refused {
  readonly key: Key;
}
export interface MissingInput<out Key> extends Refused {
  readonly key: Key;
}
export interface MissingOption<out Key> extends Refused {
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
/** The default of the input is none of its values. */
export interface NoSuchValue<out Key> extends Refused {
  readonly key: Key;
}

/** The refusal of these keys, or nothing if there are none. */
export type Of<R extends { readonly key: unknown }> = [R["key"]] extends [never] ? never : R;

/** Nothing, or the first refusal. */
export type FirstOf<Refusals extends readonly unknown[]> = Refusals extends readonly [infer First, ...infer Others]
  ? [First] extends [never]
    ? FirstOf<Others>
    : First
  : never;
