/** Compiles a workflow of our language to one of the library. Pure. */
import { NormalJob, Workflow } from "@github-actions-workflow-ts/lib";
import { compileJob } from "./compile-job.ts";
import { eventsOf } from "./events.ts";
import { Expr } from "./expressions.ts";
import { gateOf } from "./gate.ts";
import { callInputs, dispatchInputs } from "./inputs.ts";
import { interpolated } from "./library.ts";
import type { WorkflowSpec } from "./model.ts";

export function compile(spec: WorkflowSpec): Workflow {
  const compiled = new Workflow(`${spec.name}.yml`, {
    name: spec.title,
    ...(spec.runName === undefined ? {} : { "run-name": printed(spec.runName) }),
    on: {
      ...eventsOf(spec.on),
      ...(spec.on.workflow_dispatch ? { workflow_dispatch: dispatchInputs(spec.inputs) } : {}),
      ...(spec.on.workflow_call ? { workflow_call: callOf(spec) } : {}),
    },
    permissions: {},
    ...concurrencyOf(spec),
  });
  for (const job of spec.jobs) compiled.addJob(compileJob(job, spec.jobs));
  if (spec.gate) compiled.addJob(new NormalJob(spec.gate, gateOf(spec)));
  return compiled;
}

const printed = (text: Expr<string> | string): string => (text instanceof Expr ? interpolated(text.text) : text);

function callOf({ inputs, secrets, outputs }: WorkflowSpec) {
  const passed = Object.entries(secrets).map(([key, description]) => [key, { description, required: true }] as const);
  const given = Object.entries(outputs).map(([key, { text }]) => {
    const value = interpolated(text.replaceAll(/\bneeds\.(?=[\w-]+\.outputs\.)/gu, "jobs."));
    return [key, { value }] as const;
  });
  return {
    ...callInputs(inputs),
    ...(passed.length > 0 ? { secrets: Object.fromEntries(passed) } : {}),
    ...(given.length > 0 ? { outputs: Object.fromEntries(given) } : {}),
  };
}

/**
 * A newer push to a pull request cancels the older run. Every other run has a group of its own, so that none cancels it:
 * a push to `main` leaves its release unfinished, and a merge group would be removed from the queue as failed.
 * A workflow that others only call has no group: one run can call it twice.
 */
function concurrencyOf({ name, on, concurrency }: WorkflowSpec) {
  if (concurrency)
    return { concurrency: { group: printed(concurrency.group), "cancel-in-progress": concurrency.cancelOlder } };
  if (on.workflow_call) return {};
  return {
    concurrency: {
      group: on.pull_request
        ? `${name}-${interpolated("github.event_name == 'pull_request' && github.ref || github.run_id")}`
        : `${name}-${interpolated("github.run_id")}`,
      "cancel-in-progress": on.pull_request !== undefined,
    },
  };
}
