/** Simulates a job that calls a workflow. Source: docs.github.com, "Reuse workflows". Pure. */
import { calledPath } from "./calls.ts";
import { groupOf } from "./concurrency.ts";
import type { Result } from "./conditions.ts";
import { type Scope, interpolate } from "./expressions.ts";
import type { Begun, Frame, Ran } from "./frame.ts";
import { callValues } from "./inputs.ts";
import { contextOf } from "./job-context.ts";
import type { NamedLeg } from "./matrix.ts";
import type { SimulatedJob } from "./simulation.ts";
import { unknown } from "./values.ts";
import { type Job, triggerOf } from "./workflow.ts";

/** The called workflow runs with the event of its caller, and without the caller's `env`. */
export function runCall(frame: Frame, begun: Begun, job: Job, { label }: NamedLeg, scope: Scope): Ran {
  const path = calledPath(job.uses ?? "");
  const workflow = path === undefined ? undefined : frame.scenario.workflowIn?.(path);
  const given = Object.fromEntries(
    Object.entries(job.with ?? {}).map(([key, written]) => [key, interpolate(written, scope)]),
  );
  if (workflow === undefined)
    return {
      result: "success",
      inputs: given,
      outputs: {},
      opaque: true,
      notes: [`${job.uses} is in another repository: its jobs are unknown, and it is taken to succeed`],
    };
  const trigger = triggerOf(workflow, "workflow_call") ?? {};
  const own: Scope = {
    contexts: { github: scope.contexts.github, vars: scope.contexts.vars },
    hashFiles: scope.hashFiles,
  };
  const inputs = callValues(trigger.inputs ?? {}, job.with ?? {}, scope, own);
  const inner: Scope = { ...own, contexts: { ...own.contexts, inputs } };
  const group = groupOf(workflow.concurrency, inner);
  const passed = job.secrets === "inherit" ? frame.passed : Object.keys(job.secrets ?? {});
  const { passed: _, ...outer } = frame;
  const jobs = frame.call({
    ...outer,
    workflow,
    prefix: `${begun.id}${label === "" ? "" : ` (${label})`}/`,
    scope: inner,
    groups: [...frame.groups, ...(group ? [group] : [])],
    ceiling: begun.permissions,
    ...(passed === undefined ? {} : { passed }),
  });
  const byName = jobs.map((one) => [one.id.split("/").at(-1) ?? "", contextOf(one)] as const);
  const outside: Scope = { ...inner, contexts: { ...inner.contexts, jobs: Object.fromEntries(byName) } };
  const outputs = Object.entries(trigger.outputs ?? {}).map(([key, { value }]) => [key, interpolate(value, outside)]);
  return {
    result: resultOf(jobs),
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [
        key,
        value === unknown ? String(job.with?.[key] ?? "") : String(value),
      ]),
    ),
    outputs: Object.fromEntries(outputs) as Ran["outputs"],
    notes: [],
    jobs,
  };
}

function resultOf(jobs: readonly SimulatedJob[]): Result {
  const results = jobs.map(({ result }) => result);
  const decisive = (["failure", "cancelled", "unknown"] as const).find((result) => results.includes(result));
  return decisive ?? (results.every((result) => result === "skipped") ? "skipped" : "success");
}
