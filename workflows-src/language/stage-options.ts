/** The types of a job that runs a stage: its options, its outputs, and why its options are refused. */
import type { Cache, Codec, Folder, Folders, Scalar, Value } from "../../contract/codecs.ts";
import type { Contracts, InputCodecs, OutputCodecs, StageName } from "../../contract/contracts.ts";
import type { Checkout } from "./actions.ts";
import type { Condition, Expr, OnMainOnly } from "./expressions.ts";
import type { Values } from "./matrix.ts";
import type { Artifact, AnyJob, Kept } from "./model.ts";
import type { Step } from "./own-steps.ts";
import type { PlaceOptions, Runner } from "./place.ts";
import type { FirstOf, GivenTwice, Missing, NeedsIf, NoInput, NoOption, Nothing, Of, OneOf } from "./refused.ts";

type Key<T> = Extract<keyof T, string>;
export type Legs = "one" | "each";

/** The type of what a workflow passes as an input of a stage. */
type SourceFor<C> =
  C extends Scalar<infer T>
    ? Expr<T> | Nothing
    : C extends Folders<infer Name>
      ? Artifact<Name, "each">
      : C extends Folder<infer Name>
        ? Artifact<Name, "one">
        : C extends Cache<string>
          ? Kept
          : never;

/** The outputs of a job. A job with a matrix has no scalar outputs, because each leg would overwrite that of the others. */
export type OutputsOf<S extends StageName, L extends Legs> = {
  readonly [K in OutputKeys<S, L>]: HandleOf<OutputCodecs<S>[K], L>;
};
type OutputKeys<S extends StageName, L extends Legs> = {
  [K in Key<OutputCodecs<S>>]: [OutputCodecs<S>[K], L] extends [Scalar<unknown>, "each"] ? never : K;
}[Key<OutputCodecs<S>>];
type HandleOf<C, L extends Legs> =
  C extends Scalar<boolean>
    ? Condition
    : C extends Scalar<infer T>
      ? Expr<T>
      : C extends Folder<infer Name>
        ? Artifact<Name, L>
        : never;

export interface StageJob<S extends StageName, L extends Legs> extends AnyJob {
  readonly outputs: OutputsOf<S, L>;
}

/** A stage with an environment gets secrets, so its job must be restricted to `main`, whatever event starts the run. */
type ConditionOf<S extends StageName> = Contracts[S] extends { readonly environment: string }
  ? Condition<OnMainOnly>
  : Condition;

/** Keeps the compiler from reporting the whole object where no key of it is known; the first argument names the key. */
export type AnyKeys = Readonly<Record<string, unknown>>;

/** The inputs that can be values of a matrix. */
type InMatrix<S extends StageName> = {
  [K in Key<InputCodecs<S>>]: InputCodecs<S>[K] extends { readonly kind: "scalar" } ? K : never;
}[Key<InputCodecs<S>>];

type Dimensions<S extends StageName> = { readonly [K in InMatrix<S>]?: Values<Value<InputCodecs<S>[K]>> } & {
  readonly runner?: Values<Runner & string>;
} & AnyKeys;
type Leg<S extends StageName> = { readonly [K in InMatrix<S>]?: Value<InputCodecs<S>[K]> } & {
  readonly runner?: Runner & string;
} & AnyKeys;

type With<S extends StageName> = {
  readonly [K in Key<InputCodecs<S>>]?: SourceFor<InputCodecs<S>[K]>;
} & AnyKeys;

/** How long GitHub keeps an artifact, in days; 90 are the most. */
export type Days = 1 | 2 | 3 | 5 | 7 | 10 | 14 | 21 | 30 | 45 | 60 | 90;

export interface WaitOptions {
  /** Jobs to wait for without reading their outputs; a job waits anyway for those whose outputs it reads. */
  readonly needs?: readonly (AnyJob | Nothing)[];
  /** Jobs to wait for that may have been skipped: an output is empty then, and there is no artifact. */
  readonly afterSkipped?: readonly (AnyJob | Nothing)[];
}

export interface StageOptions<S extends StageName> extends PlaceOptions, WaitOptions {
  /** The id and title of a second job that runs the same stage. */
  readonly as?: { readonly id: string; readonly title: string };
  readonly if?: ConditionOf<S>;
  readonly with?: With<S>;
  /** One leg for each value, or for each combination of values; a key is the input that gets the value, or `runner`. */
  readonly matrix?: Dimensions<S>;
  /** Instead of a matrix: its legs, one by one. */
  readonly legs?: readonly [Leg<S>, ...Leg<S>[]];
  readonly maxParallel?: number;
  readonly failFast?: boolean;
  readonly checkout?: Checkout;
  /** Steps before and after the one that runs the stage. They get no secret. */
  readonly before?: readonly Step<never>[];
  readonly after?: readonly Step<never>[];
  readonly retentionDays?: Days;
  readonly url?: Expr<string> | string;
}

export type LegsOf<O> = O extends { readonly matrix: object } | { readonly legs: object } ? "each" : "one";

type KeysOf<O, Option extends string> = O extends { readonly [K in Option]: infer T } ? keyof T : never;
type LegKeys<O> = O extends { readonly legs: readonly (infer L)[] } ? (L extends unknown ? keyof L : never) : never;
type MatrixKeys<O> = KeysOf<O, "matrix"> | LegKeys<O>;

type Optional<S extends StageName> = {
  [K in Key<InputCodecs<S>>]: InputCodecs<S>[K] extends Codec & { readonly optional: true } ? K : never;
}[Key<InputCodecs<S>>];

/**
 * The stage itself, or why its options are refused. Where an option has a wrong type, the compiler takes `StageOptions` itself
 * for `O`: its keys are `string`, and the stage is accepted so that only the option is reported.
 */
export type AcceptedStage<S extends StageName, O> = [StageName] extends [S]
  ? StageName
  : [RefusalOf<S, O>] extends [never]
    ? S
    : string extends keyof O
      ? S
      : RefusalOf<S, O>;

type RefusalOf<S extends StageName, O> = FirstOf<
  [
    Of<NoOption<OneOf<Exclude<keyof O, keyof StageOptions<S>>>>>,
    Of<NoInput<OneOf<Exclude<KeysOf<O, "with"> | Exclude<MatrixKeys<O>, "runner">, Key<InputCodecs<S>>>>>>,
    Of<GivenTwice<OneOf<KeysOf<O, "with"> & MatrixKeys<O>>>>,
    Of<Missing<OneOf<Exclude<Key<InputCodecs<S>>, KeysOf<O, "with"> | MatrixKeys<O> | Optional<S>>>>>,
    ConditionOf<S> extends Condition<OnMainOnly>
      ? O extends { readonly if: object }
        ? never
        : NeedsIf<"main">
      : never,
  ]
>;
