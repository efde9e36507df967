/** The types of a job with steps of its own, and of a job that calls a workflow: their options, and why these are refused. */
import type { Minutes } from "../../contract/contracts.ts";
import type { EnvironmentName } from "../../contract/settings.ts";
import type { Checkout, Grants } from "./actions.ts";
import type { Condition, Expr, OnMainOnly, Protected } from "./expressions.ts";
import type { Item, Values } from "./matrix.ts";
import type { AnyJob, WorkflowSpec } from "./model.ts";
import type { Secret, Step } from "./own-steps.ts";
import type { PlaceOptions } from "./place.ts";
import type { FirstOf, Missing, NeedsIf, NoInput, NoOption, Nothing, Of, OneOf } from "./refused.ts";
import type { LegsOf, WaitOptions } from "./stage-options.ts";

/** The environment whose secrets the steps may read, if it is the same one in every run. */
export type SecretsOf<O> = O extends { readonly environment: infer E extends EnvironmentName } ? E : never;

/** The values of the leg, as the steps of a job with a matrix read them. */
export type LegOf<O> = O extends { readonly matrix: infer M }
  ? { readonly [K in keyof M]: Expr<M[K] extends Values<infer T> ? T : never> }
  : O extends { readonly legs: readonly (infer L)[] }
    ? { readonly [K in keyof L]: Expr<L[K]> }
    : NoLeg;
/** The job has no matrix. */
interface NoLeg {
  readonly legs?: never;
}

type List<T> = readonly [T, ...T[]];
/** The steps of the job, or a function that is given the values of the leg. */
export type StepsFor<E extends EnvironmentName, L> = List<Step<E>> | ((leg: L) => List<Step<E>>);

export interface StepsOptions extends PlaceOptions, WaitOptions {
  readonly title?: string;
  readonly timeoutMinutes?: Minutes;
  readonly if?: Condition;
  /** One leg for each value, or for each combination of values. The key `runner` chooses the runner. */
  readonly matrix?: Readonly<Record<string, Values<Item>>>;
  /** Instead of a matrix: its legs, one by one. */
  readonly legs?: List<Readonly<Record<string, Item>>>;
  readonly maxParallel?: number;
  readonly failFast?: boolean;
  /** Without it the job checks out the commit of the run; with `false` it does not. */
  readonly checkout?: Checkout | false;
  /** The environment whose variables and secrets the job gets; one that an input chooses gives no secrets. */
  readonly environment?: EnvironmentName | Expr<EnvironmentName>;
  readonly url?: Expr<string> | string;
  readonly permissions?: Grants;
  /** Jobs of one group run one after another, across runs and workflows. */
  readonly concurrencyGroup?: string;
  readonly outputs?: Readonly<Record<string, Expr<string> | Nothing>>;
}

type Gives<O> = O extends { readonly outputs: infer G } ? keyof G : never;
export interface StepsJob<O> extends AnyJob {
  readonly outputs: LegsOf<O> extends "one"
    ? { readonly [K in Gives<O>]: Expr<string> }
    : Readonly<Record<never, never>>;
}

/** The weakest condition with which the job may have what its options ask for. */
type PlaceNeeded<O> = O extends { readonly environment: unknown }
  ? "main"
  : O extends { readonly permissions: infer P }
    ? "write" extends P[keyof P]
      ? "main" | "tag"
      : never
    : never;
type Promised<O> = O extends { readonly if: Condition<OnMainOnly> }
  ? "main"
  : O extends { readonly if: Condition<Protected> }
    ? "main" | "tag"
    : "anywhere";

/** The id of the job, or why its options are refused. */
export type AcceptedSteps<Id, O> = [RefusalOfSteps<O>] extends [never]
  ? Id
  : string extends keyof O
    ? Id
    : RefusalOfSteps<O>;
type RefusalOfSteps<O> = FirstOf<
  [
    Of<NoOption<OneOf<Exclude<keyof O, keyof StepsOptions>>>>,
    Of<Missing<OneOf<Exclude<"title" | "timeoutMinutes", keyof O>>>>,
    [PlaceNeeded<O>] extends [never] ? never : Promised<O> extends PlaceNeeded<O> ? never : NeedsIf<PlaceNeeded<O>>,
  ]
>;

declare const called: unique symbol;
/** A workflow that others can call, with the types of its inputs, secrets and outputs. */
export interface Callable<out I, out S, out R> extends WorkflowSpec {
  readonly [called]: { readonly inputs: I; readonly secrets: S; readonly outputs: R };
}
export type AnyCallable = Callable<unknown, unknown, unknown>;
type Called<W, Part extends "inputs" | "secrets" | "outputs"> =
  W extends Callable<infer I, infer S, infer R> ? { inputs: I; secrets: S; outputs: R }[Part] : never;

export interface CallOptions<W> extends WaitOptions {
  readonly title?: string;
  readonly if?: Condition;
  readonly with?: { readonly [K in keyof Called<W, "inputs">]?: Expr<Called<W, "inputs">[K]> | Called<W, "inputs">[K] };
  readonly secrets?: { readonly [K in keyof Called<W, "secrets">]?: Secret<never> };
}

export interface CallJob<W> extends AnyJob {
  readonly outputs: {
    readonly [K in keyof Called<W, "outputs">]: Called<W, "outputs">[K] extends Condition
      ? Condition
      : Called<W, "outputs">[K] extends Expr<infer T>
        ? Expr<T>
        : never;
  };
}

type KeysOf<O, Option extends string> = O extends { readonly [K in Option]: infer T } ? keyof T : never;
/** The id of the job, or why its options are refused. A caller passes every input and every secret. */
export type AcceptedCall<Id, W, O> = [RefusalOfCall<W, O>] extends [never]
  ? Id
  : string extends keyof O
    ? Id
    : RefusalOfCall<W, O>;
type RefusalOfCall<W, O> = FirstOf<
  [
    Of<NoOption<OneOf<Exclude<keyof O, keyof CallOptions<W>>>>>,
    Of<Missing<OneOf<Exclude<"title", keyof O>>>>,
    Of<NoInput<OneOf<Exclude<KeysOf<O, "with">, keyof Called<W, "inputs">>>>>,
    Of<NoInput<OneOf<Exclude<KeysOf<O, "secrets">, keyof Called<W, "secrets">>>>>,
    Of<Missing<OneOf<Exclude<keyof Called<W, "inputs">, KeysOf<O, "with">>>>>,
    Of<Missing<OneOf<Exclude<keyof Called<W, "secrets">, KeysOf<O, "secrets">>>>>,
  ]
>;
