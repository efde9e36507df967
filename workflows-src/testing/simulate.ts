/** Simulates a run of a workflow's YAML for one event with GitHub's own expression engine, for tests. No job is run. */
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";
import { array, string } from "valibot";
import { parse } from "yaml";
import { parseJson } from "../../contract/json.ts";

export type Result = "success" | "failure" | "cancelled" | "skipped";
type Texts = Readonly<Record<string, string>>;

export interface Event {
  readonly name: "push" | "pull_request" | "merge_group" | "schedule" | "workflow_dispatch";
  readonly ref: string;
  /** The branch that a pull request wants to change. */
  readonly base?: string;
  readonly inputs?: Texts;
}

export interface Scenario {
  readonly event: Event;
  /** The outputs of each job that succeeds. */
  readonly outputs?: Readonly<Record<string, Texts>>;
  /** The results of jobs that run, by job or, in a matrix, by `job/leg`; other jobs succeed. */
  readonly results?: Readonly<Record<string, Exclude<Result, "skipped">>>;
}

export interface Simulation {
  readonly results: Readonly<Record<string, Result>>;
  readonly legs: Readonly<Record<string, readonly string[]>>;
  /** The environment of the steps of each job that ran; of a matrix, that of its first leg. */
  readonly env: Readonly<Record<string, Texts>>;
  readonly group: string;
}

interface Step {
  readonly env?: Texts;
  readonly run?: string;
}
export interface JobText {
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly strategy?: { readonly matrix: Texts };
  readonly steps: readonly Step[];
}
export interface WorkflowText {
  readonly on: Readonly<Record<string, { readonly branches?: readonly string[] } | null>>;
  readonly concurrency: { readonly group: string };
  readonly jobs: Readonly<Record<string, JobText>>;
}

const contexts = ["github", "needs", "matrix", "inputs", "vars", "secrets", "steps", "strategy", "env"];
const status = ["success", "failure", "cancelled", "always"];
type Statuses = Readonly<Record<string, boolean>>;

export function evaluate(expression: string, context: object, statuses: Statuses = {}): string {
  const functions = status.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(statuses[name] ?? false),
  }));
  const dictionary: unknown = JSON.parse(JSON.stringify(context), data.reviver);
  if (!(dictionary instanceof data.Dictionary)) throw new Error("The context is not an object");
  const parsed = new Parser(new Lexer(expression).lex().tokens, contexts, functions).parse();
  return new Evaluator(parsed, dictionary, new Map(functions.map((one) => [one.name, one]))).evaluate().coerceString();
}

const interpolate = (written: string, context: object, statuses?: Statuses): string =>
  written.replaceAll(/\$\{\{(.*?)\}\}/gsu, (_, expression: string) => evaluate(expression, context, statuses));

/** Whether the event starts the workflow. */
function startsWith({ on }: WorkflowText, event: Event): boolean {
  if (!(event.name in on)) return false;
  const branches = on[event.name]?.branches;
  const branch = event.name === "pull_request" ? event.base : event.ref.replace("refs/heads/", "");
  return branches === undefined || (branch !== undefined && branches.includes(branch));
}

export const read = (yaml: string): WorkflowText => parse(yaml) as WorkflowText;

/** Returns `undefined` if the event does not start the workflow. */
export function simulate(
  workflow: WorkflowText,
  { event, outputs = {}, results = {} }: Scenario,
): Simulation | undefined {
  if (!startsWith(workflow, event)) return undefined;
  const github = { event_name: event.name, ref: event.ref, run_id: "1" };
  const base = { github, inputs: event.inputs ?? {}, vars: {}, secrets: {}, steps: {}, strategy: {}, env: {} };
  const ended: Record<string, Result> = {};
  const given: Record<string, Texts> = {};
  const legs: Record<string, readonly string[]> = {};
  const env: Record<string, Texts> = {};

  for (const id of inTopologicalOrder(workflow.jobs)) {
    const job = workflow.jobs[id]!;
    const needs = Object.fromEntries(
      (job.needs ?? []).map((one) => [one, { result: ended[one], outputs: given[one] ?? {} }]),
    );
    const context = { ...base, needs, matrix: {} };
    const before = [...ancestors(id, workflow.jobs)].map((one) => ended[one]);
    if (!shouldRun(job, context, before)) {
      ended[id] = "skipped";
      continue;
    }
    const [dimension] = Object.entries(job.strategy?.matrix ?? {});
    const values = dimension && legsOf(dimension[1], context);
    if (values) legs[id] = values;
    const endOf = (leg?: string): Result => results[`${id}/${leg}`] ?? results[id] ?? "success";
    ended[id] = values ? matrixResult(values.map(endOf)) : endOf();
    given[id] = ended[id] === "success" ? (outputs[id] ?? {}) : {};
    const inLeg = { ...context, matrix: dimension ? { [dimension[0]]: values?.[0] } : {} };
    env[id] = Object.fromEntries(
      job.steps.flatMap((step) =>
        Object.entries(step.env ?? {}).map(([key, value]) => [key, interpolate(value, inLeg)]),
      ),
    );
    // The gate is the only job whose result follows from the YAML: it compares these two texts.
    if (env[id]["EXPECTED"] !== env[id]["ACTUAL"]) ended[id] = "failure";
  }
  return { results: ended, legs, env, group: interpolate(workflow.concurrency.group, base) };
}

/** A condition without a status function implies `success()`: all jobs before it succeeded. */
function shouldRun(job: JobText, context: object, before: readonly (Result | undefined)[]): boolean {
  const statuses = {
    success: before.every((result) => result === "success"),
    failure: before.includes("failure"),
    cancelled: before.includes("cancelled"),
    always: true,
  };
  const condition = job.if ?? "success()";
  const explicit = /\b(?:success|failure|cancelled|always)\(/u.test(condition);
  return evaluate(explicit ? `!!(${condition})` : `success() && !!(${condition})`, context, statuses) === "true";
}

/** The legs of a matrix; none if the expression is no list. GitHub fails a job whose matrix has no leg. */
function legsOf(written: string, context: object): readonly string[] {
  try {
    return parseJson(
      array(string()),
      evaluate(`toJSON(${/\$\{\{(.*)\}\}/su.exec(written)?.[1]})`, context),
      "the matrix",
    );
  } catch {
    return [];
  }
}

const matrixResult = (ends: readonly Result[]): Result =>
  ends.length === 0 || ends.includes("failure") ? "failure" : ends.includes("cancelled") ? "cancelled" : "success";

export function ancestors(id: string, jobs: WorkflowText["jobs"]): ReadonlySet<string> {
  const direct = jobs[id]?.needs ?? [];
  return new Set([...direct, ...direct.flatMap((one) => [...ancestors(one, jobs)])]);
}

function inTopologicalOrder(jobs: WorkflowText["jobs"]): readonly string[] {
  const ordered = new Set<string>();
  const add = (id: string): void => {
    for (const one of jobs[id]?.needs ?? []) add(one);
    ordered.add(id);
  };
  for (const id of Object.keys(jobs)) add(id);
  return [...ordered];
}
