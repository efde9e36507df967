/** Compiles a workflow of our language to one of the library. Pure. */
import { NormalJob, Workflow } from "@github-actions-workflow-ts/lib";
import { compileJob } from "./compile-job.ts";
import { gateOf } from "./gate.ts";
import { type AtLeastOne, type LibraryEvents, interpolated } from "./library.ts";
import type { DispatchInput, DispatchInputs, WorkflowSpec } from "./model.ts";
import { cronOf } from "./schedule.ts";

export function compile(spec: WorkflowSpec): Workflow {
  const compiled = new Workflow(`${spec.name}.yml`, {
    name: spec.title,
    on: eventsOf(spec),
    permissions: {},
    concurrency: concurrencyOf(spec),
  });
  for (const job of spec.jobs) compiled.addJob(new NormalJob(job.stage, compileJob(job, spec.jobs)));
  if (spec.gate) compiled.addJob(new NormalJob(spec.gate, gateOf(spec)));
  return compiled;
}

function eventsOf({ on, inputs }: WorkflowSpec): LibraryEvents {
  const { push, pull_request, merge_group, schedule, workflow_dispatch } = on;
  return {
    ...(push ? { push: { branches: [...push.branches] } } : {}),
    ...(pull_request ? { pull_request: { branches: [...pull_request.branches] } } : {}),
    ...(merge_group ? { merge_group: {} } : {}),
    ...(schedule ? { schedule: [{ cron: cronOf(schedule) }] } : {}),
    ...(workflow_dispatch ? { workflow_dispatch: dispatchOf(inputs) } : {}),
  };
}

const dispatchOf = (inputs: DispatchInputs) =>
  Object.keys(inputs).length > 0 ? { inputs: Object.fromEntries(Object.entries(inputs).map(dispatchInput)) } : {};

const dispatchInput = ([key, { is, description }]: [string, DispatchInput]) =>
  [
    key,
    {
      description,
      required: !accepts(is.parse, ""),
      ...(is.choices
        ? { type: "choice" as const, options: [...is.choices] as AtLeastOne<string> }
        : { type: "string" as const }),
    },
  ] as const;

function accepts(parse: (written: string) => unknown, written: string): boolean {
  try {
    parse(written);
    return true;
  } catch {
    return false;
  }
}

/**
 * A newer push to a pull request cancels the older run. Every other run has a group of its own, so that none cancels it:
 * a push to `main` leaves its release unfinished, and a merge group would be removed from the queue as failed.
 */
const concurrencyOf = ({ name, on }: WorkflowSpec) => ({
  group: on.pull_request
    ? `${name}-${interpolated("github.event_name == 'pull_request' && github.ref || github.run_id")}`
    : `${name}-${interpolated("github.run_id")}`,
  "cancel-in-progress": on.pull_request !== undefined,
});
