/** Simulates our own workflows in tests: an output or a variable that a test does not give is empty. */
import { type Event as GivenEvent, defaultBranch } from "../simulator/event.ts";
import { type EventName, formOf } from "../simulator/event-names.ts";
import { type Statuses, evaluateText } from "../simulator/expressions.ts";
import { simulate as simulateRun } from "../simulator/simulate.ts";
import type { End, SimulatedJob } from "../simulator/simulation.ts";
import {
  type Job,
  type Step,
  type Texts,
  type Trigger,
  type Workflow,
  listOf,
  readWorkflow,
  triggerOf,
} from "../simulator/workflow.ts";

export { ancestors } from "../simulator/workflow.ts";

export type Result = End | "skipped";

export interface Event {
  readonly name: EventName;
  readonly ref: string;
  /** The branch that a pull request wants to change. */
  readonly base?: string;
  readonly inputs?: Readonly<Record<string, string | number | boolean>>;
  /** What GitHub says about the event, as `github.event`. */
  readonly payload?: object;
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
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<Record<string, JobText>>;
}

/** A job that calls another workflow has no steps. */
export const read = (yaml: string): WorkflowText => {
  const workflow = readWorkflow(yaml);
  const jobs = Object.entries(workflow.jobs).map(([id, job]) => [id, { ...job, steps: job.steps ?? [] }] as const);
  return { ...workflow, jobs: Object.fromEntries(jobs) } as WorkflowText;
};

export const evaluate = (expression: string, context: object, statuses?: Statuses): string =>
  evaluateText(expression, { contexts: context, ...(statuses ? { statuses } : {}) }).coerceString();

/** Returns `undefined` if the event does not start the workflow. */
export function simulate(workflow: WorkflowText, scenario: Scenario): Simulation | undefined {
  const { event, outputs = {}, results = {} } = scenario;
  const closed = Object.entries(workflow.jobs).map(([id, job]) => {
    const empty = Object.fromEntries(Object.keys(job.outputs ?? {}).map((key) => [key, ""]));
    const succeeds = (results[id] ?? "success") === "success";
    return [id, succeeds ? { ...empty, ...outputs[id] } : empty] as const;
  });
  // What a called workflow does is tested on its own.
  const jobs = Object.entries(workflow.jobs).map(([id, job]) => {
    const { uses: _, ...uncalled } = job;
    return [id, uncalled] as const;
  });
  const run = simulateRun(
    "workflow.yml",
    { ...workflow, jobs: Object.fromEntries(jobs) },
    {
      event: completed(event, triggerOf(workflow, event.name)),
      outputs: Object.fromEntries(closed),
      results,
      vars: {},
    },
  );
  // Paths are not looked at.
  if (run.starts.value === false) return undefined;
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

/** The event with a type, and the name of an earlier workflow, that the trigger accepts. */
function completed({ inputs = {}, payload, ...event }: Event, trigger: Trigger = {}): GivenEvent {
  const form = formOf(event.name);
  const [action] = listOf(trigger.types) ?? form.standard ?? form.types ?? [];
  return {
    ...event,
    action,
    follows: listOf(trigger.workflows)?.[0],
    inputs: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, String(value)])),
    payload: { repository: { full_name: "owner/repository" }, ...payload },
    ...(event.name === "merge_group" ? { base: defaultBranch } : {}),
  };
}

function known(id: string, result: SimulatedJob["result"]): Result {
  if (result === "unknown") throw new Error(`The result of ${id} is unknown, although every value is given`);
  return result;
}
