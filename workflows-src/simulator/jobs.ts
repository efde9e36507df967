/** Simulates the jobs of one workflow, in the order in which they need each other. Pure. */
import { type Result, decide, statusesOf } from "./conditions.ts";
import type { Frame } from "./frame.ts";
import { contextOf } from "./job-context.ts";
import { githubContext } from "./event.ts";
import type { Scope } from "./expressions.ts";
import { permissionsOf } from "./permissions.ts";
import { reasonFor } from "./reasons.ts";
import { runJob } from "./run-job.ts";
import { reachOf } from "./secrets.ts";
import type { SimulatedJob } from "./simulation.ts";
import { unknownText } from "./values.ts";
import { type Job, ancestors, inOrder, needsOf } from "./workflow.ts";

export function simulateJobs(frame: Frame): readonly SimulatedJob[] {
  const { jobs } = frame.workflow;
  const done = new Map<string, SimulatedJob>();
  for (const id of inOrder(jobs)) {
    const job = jobs[id] ?? {};
    const earlier = ancestors(id, jobs);
    const before = [...done].flatMap(([one, { result }]) => (earlier.has(one) ? [[one, result] as const] : []));
    const needs = needsOf(job).flatMap((one) => {
      const needed = done.get(one);
      return needed === undefined ? [] : [[one, contextOf(needed)] as const];
    });
    done.set(id, simulateJob(frame, id, job, Object.fromEntries(before), Object.fromEntries(needs)));
  }
  return Object.keys(jobs).flatMap((id) => done.get(id) ?? []);
}

function simulateJob(
  frame: Frame,
  id: string,
  job: Job,
  before: Readonly<Record<string, Result>>,
  needs: Readonly<Record<string, object>>,
): SimulatedJob {
  const { workflow, scenario, prefix } = frame;
  const scope: Scope = {
    ...frame.scope,
    contexts: { ...frame.scope.contexts, github: githubContext(scenario.event, frame, id), needs },
    statuses: statusesOf(before),
  };
  const fixed = {
    id: `${prefix}${id}`,
    permissions: permissionsOf(job.permissions, workflow.permissions, scenario.event, frame.ceiling),
    secrets: reachOf(job, scenario.event, frame.passed),
    inputs: {},
    outputs: {},
    notes: [],
  };
  try {
    const decision = decide(job.if, scope);
    const why = reasonFor(decision, before);
    if (decision.value === false) return { ...fixed, result: "skipped", why, decision };
    const ran: SimulatedJob = { ...fixed, why, decision, ...runJob(frame, fixed, job, scope) };
    return decision.value === true ? ran : { ...uncertain(ran), why };
  } catch (cause) {
    const [message] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    return { ...fixed, result: "failure", why: `an expression cannot be evaluated: ${message}` };
  }
}

/** A job that may be skipped may have no outputs, and the jobs that it calls may be skipped, too. */
const uncertain = (job: SimulatedJob): SimulatedJob => ({
  ...job,
  result: job.result === "skipped" ? "skipped" : "unknown",
  outputs: Object.fromEntries(Object.keys(job.outputs).map((key) => [key, unknownText])),
  ...(job.jobs
    ? { jobs: job.jobs.map((called) => ({ ...uncertain(called), why: `if its caller runs: ${called.why}` })) }
    : {}),
});
