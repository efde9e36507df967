/** Simulates our own workflows in tests: an output or a variable that a test does not give is empty. */
import { type Event as GivenEvent, defaultBranch } from "../simulator/event.ts";
import { type EventName, formOf } from "../simulator/event-names.ts";
import { type Statuses, evaluateText } from "../simulator/expressions.ts";
import { simulate as simulateRun } from "../simulator/simulate.ts";
import type { End, SimulatedJob } from "../simulator/simulation.ts";
import { type Job, type Step, type Texts, type Workflow, readWorkflow } from "../simulator/workflow.ts";

export { ancestors } from "../simulator/workflow.ts";

export type Result = End | "skipped";

export interface Event {
  readonly name: EventName;
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
  readonly results?: Readonly<Record<string, End>>;
}

export interface Simulation {
  readonly results: Readonly<Record<string, Result>>;
  readonly legs: Readonly<Record<string, readonly string[]>>;
  /** The environment of the steps of each job that ran; of a matrix, that of its first leg. */
  readonly env: Readonly<Record<string, Texts>>;
  readonly group: string;
}

/** The form that our compiler gives a job. */
export interface JobText extends Job {
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly steps: readonly Step[];
}
export interface WorkflowText extends Workflow {
  readonly concurrency: { readonly group: string };
  readonly jobs: Readonly<Record<string, JobText>>;
}

export const read = (yaml: string): WorkflowText => readWorkflow(yaml) as WorkflowText;

export const evaluate = (expression: string, context: object, statuses?: Statuses): string =>
  evaluateText(expression, { contexts: context, ...(statuses ? { statuses } : {}) }).coerceString();

/** Returns `undefined` if the event does not start the workflow. */
export function simulate(workflow: WorkflowText, scenario: Scenario): Simulation | undefined {
  const { event, outputs = {}, results = {} } = scenario;
  const action = (formOf(event.name).standard ?? formOf(event.name).types)?.[0];
  const given: GivenEvent = { ...event, action, ...(event.name === "merge_group" ? { base: defaultBranch } : {}) };
  const closed = Object.entries(workflow.jobs).map(([id, job]) => {
    const empty = Object.fromEntries(Object.keys(job.outputs ?? {}).map((key) => [key, ""]));
    const succeeds = (results[id] ?? "success") === "success";
    return [id, succeeds ? { ...empty, ...outputs[id] } : empty] as const;
  });
  const run = simulateRun("workflow.yml", workflow, {
    event: given,
    outputs: Object.fromEntries(closed),
    results,
    vars: {},
  });
  if (run.starts.value !== true) return undefined;
  const ran = run.jobs.filter(({ result }) => result !== "skipped");
  return {
    results: Object.fromEntries(run.jobs.map(({ id, result }) => [id, known(id, result)])),
    legs: Object.fromEntries(
      ran.flatMap(({ id, legs }) => (Array.isArray(legs) ? [[id, legs.map(({ label }) => String(label))]] : [])),
    ),
    env: Object.fromEntries(ran.map(({ id, inputs }) => [id, inputs])),
    group: run.concurrency?.name ?? "",
  };
}

function known(id: string, result: SimulatedJob["result"]): Result {
  if (result === "unknown") throw new Error(`The result of ${id} is unknown, although every value is given`);
  return result;
}
