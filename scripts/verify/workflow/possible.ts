/**
 * Whether a condition can be true: GitHub's own evaluator is run with combinations of the values that can decide it.
 * What cannot be enumerated counts as possible, so that a wrong answer is a finding that is missing and not a false one. Pure.
 */
import { type Expr, Evaluator, data } from "@actions/expressions";
import { Binary, Grouping, Logical } from "@actions/expressions/ast";
import { argumentsOf, below, calledFunction, literalOf, literalsIn, propertiesIn, propertyOf } from "./expressions.ts";
import { startsOf } from "./starts.ts";
import { type Known, type Value, inputsOf, results, valuesOf } from "./values.ts";
import { list } from "./document.ts";
import type { Job, Workflow } from "./workflow.ts";

/** Calls of other functions are not enumerated. */
const enumerated = new Set([
  "contains",
  "startswith",
  "endswith",
  "success",
  "failure",
  "always",
  "cancelled",
  "fromjson",
]);
const statusFunctions = new Set(["success", "failure", "always", "cancelled"]);
/** After so many combinations without a result the condition counts as possible. */
const limit = 20_000;

export const callsStatus = (tree: Expr): boolean =>
  below(tree).some((one) => statusFunctions.has(calledFunction(one) ?? ""));

/** Evaluates an expression in one state of a run. */
export type Evaluate = (tree: Expr) => data.ExpressionData;

/** `unknown`: a value that decides the question cannot be enumerated, or there are too many combinations. */
export type Verdict = "possible" | "impossible" | "unknown";

export interface Question {
  /** Values that are fixed, for example those of a fork's pull request. */
  readonly known?: Known;
  /** Whether the state is one that is looked for. */
  readonly holds?: (evaluate: Evaluate) => boolean;
  /** The expressions that `holds` evaluates. */
  readonly trees?: readonly Expr[];
}

/** Whether there is a state of a run in which the job starts and `holds` is true. */
export function canRun(
  workflow: Workflow,
  job: Pick<Job, "needs"> & { readonly tree: Expr | undefined },
  { known = {}, trees = [], holds = () => true }: Question = {},
): Verdict {
  const { tree, needs } = job;
  if (![...(tree ? [tree] : []), ...trees].every(isEnumerable)) return "unknown";
  const implicitSuccess = tree === undefined || !callsStatus(tree);
  const starts = (state: Known): boolean =>
    (!implicitSuccess || statusesIn(state, needs).success) &&
    (tree === undefined || isTruthy(evaluatorFor(state, needs)(tree)));
  const succeeded = { cancelled: false, ...Object.fromEntries(needs.map((id) => [resultOf(id), "success"])) };
  let left = limit;
  try {
    for (const event of startsOf(workflow, [...(tree ? [tree] : []), ...trees])) {
      const fixed = { ...(implicitSuccess ? succeeded : {}), ...event, ...known };
      for (const outer of combinations(domainsOf(workflow, job, trees, fixed))) {
        if (!holds(evaluatorFor(outer, needs))) continue;
        // Most conditions are refuted by one of their parts, which has far fewer combinations than the whole.
        if (tree && conjuncts(tree).some((part) => isRefuted(workflow, job, part, outer))) continue;
        for (const state of combinations(domainsOf(workflow, job, tree ? [tree] : [], outer))) {
          if (left-- === 0) return "unknown";
          if (starts(state)) return "possible";
        }
      }
    }
  } catch {
    // GitHub's evaluator refuses the values that were tried.
    return "unknown";
  }
  return "impossible";
}

/** Whether a part of a condition is false in every state that has the known values. */
function isRefuted(workflow: Workflow, job: Pick<Job, "needs">, part: Expr, known: Known): boolean {
  for (const state of combinations(domainsOf(workflow, job, [part], known)))
    if (isTruthy(evaluatorFor(state, job.needs)(part))) return false;
  return true;
}

/** The parts of a condition that all have to be true. */
function conjuncts(tree: Expr): readonly Expr[] {
  if (tree instanceof Grouping) return conjuncts(tree.group);
  return tree instanceof Logical && tree.operator.lexeme === "&&" ? tree.args.flatMap(conjuncts) : [tree];
}

const resultOf = (id: string): string => `needs.${id.toLowerCase()}.result`;

export const isTruthy = (value: data.ExpressionData): boolean =>
  !(
    value instanceof data.Null ||
    (value instanceof data.BooleanData && !value.value) ||
    (value instanceof data.NumberData && (value.value === 0 || Number.isNaN(value.value))) ||
    (value instanceof data.StringData && value.value === "")
  );

/** Whether the values that decide an expression are found by looking at its literals. */
export function isEnumerable(tree: Expr): boolean {
  return (
    below(tree).every((one) => {
      const called = calledFunction(one);
      if (called !== undefined && !enumerated.has(called)) return false;
      if (called === "fromjson") return typeof literalOf(argumentsOf(one)[0]!) === "string";
      return true;
    }) &&
    propertiesIn(tree).every(
      (property) => !property.includes("*") || (property[0] === "needs" && property[2] === "result"),
    )
  );
}

type Domains = readonly (readonly [name: string, values: readonly Value[]])[];

/** The values of the known properties, and of those that decide the expressions. */
function domainsOf(workflow: Workflow, { needs }: Pick<Job, "needs">, trees: readonly Expr[], known: Known): Domains {
  const properties = new Map(trees.flatMap(propertiesIn).map((property) => [property.join("."), property]));
  const readsResults = trees.some(callsStatus) || [...properties.values()].some(isResult);
  const free: Domains = [
    ...(readsResults
      ? [["cancelled", [false, true]] as const, ...needs.map((id) => [resultOf(id), results] as const)]
      : []),
    ...[...properties]
      .filter(([, property]) => !isResult(property))
      .map(([name, property]) => [name, candidates(workflow, property, trees)] as const),
  ];
  return [
    ...Object.entries(known).map(([name, value]) => [name, [value]] as const),
    ...free.filter(([name]) => !(name in known)),
  ];
}

const isResult = ([context, , kind]: readonly string[]): boolean => context === "needs" && kind === "result";

function candidates(workflow: Workflow, property: readonly string[], trees: readonly Expr[]): readonly Value[] {
  const values = valuesOf(property);
  if (values) return values;
  const input = inputOf(workflow, property);
  if (input?.["type"] === "choice") return [...list(input["options"]).map(String), null];
  if (input?.["type"] === "boolean") return property[0] === "inputs" ? [true, false, null] : ["true", "false", null];
  return [
    ...new Set<Value>([...trees.flatMap((tree) => literalsBeside(tree, property)), "other", "", null, true, false]),
  ];
}

function inputOf(workflow: Workflow, property: readonly string[]) {
  const name =
    property[0] === "inputs"
      ? property[1]
      : property.slice(0, 3).join(".") === "github.event.inputs"
        ? property[3]
        : undefined;
  const found = Object.entries(inputsOf(workflow)).find(([key]) => key.toLowerCase() === name);
  // A caller may pass any value: the type is that of a dispatch.
  return workflow.on["workflow_call"] ? undefined : found?.[1];
}

/** The literals that are compared with a property, or are given to a function together with it. */
function literalsBeside(tree: Expr, property: readonly string[]): readonly Value[] {
  const name = property.join(".");
  return below(tree).flatMap((one) => {
    const sides = one instanceof Binary ? [one.left, one.right] : argumentsOf(one);
    return sides.some((side) => propertyOf(side)?.join(".") === name) ? sides.flatMap(literalsIn).flatMap(around) : [];
  });
}

/** A number, and one on each side of it: `<` and `>` are decided there. */
const around = (literal: Value): readonly Value[] =>
  typeof literal === "number" ? [literal, literal - 1, literal + 1] : [literal];

function* combinations(domains: Domains): Generator<Known> {
  const [first, ...rest] = domains;
  if (!first) return yield {};
  const [name, values] = first;
  for (const others of combinations(rest)) for (const value of values) yield { ...others, [name]: value };
}

function statusesIn(state: Known, needs: readonly string[]) {
  const ended = needs.map((id) => state[`needs.${id.toLowerCase()}.result`]);
  const cancelled = state["cancelled"] === true;
  return {
    success: !cancelled && ended.every((result) => result === "success"),
    // A job before a skipped one may have failed.
    failure: ended.some((result) => result === "failure" || result === "skipped"),
    cancelled,
    always: true,
  };
}

function evaluatorFor(state: Known, needs: readonly string[]): Evaluate {
  const context: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(state)) put(context, name.split("."), value);
  const dictionary = JSON.parse(JSON.stringify(context), data.reviver) as data.Dictionary;
  const functions = new Map(
    Object.entries(statusesIn(state, needs)).map(([name, value]) => [
      name,
      { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) },
    ]),
  );
  return (tree) => new Evaluator(tree, dictionary, functions).evaluate();
}

function put(into: Record<string, unknown>, [first = "", ...rest]: readonly string[], value: Value): void {
  const inner = into[first];
  if (rest.length === 0) into[first] ??= value;
  else if (typeof inner === "object" && inner !== null) put(inner as Record<string, unknown>, rest, value);
  else {
    const made = {};
    into[first] = made;
    put(made, rest, value);
  }
}
