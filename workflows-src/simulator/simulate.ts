/** Simulates the run that an event starts: no job is run, and what only a run would show is unknown. Pure. */
import { groupOf } from "./concurrency.ts";
import { type Event, githubContext } from "./event.ts";
import type { Scope } from "./expressions.ts";
import { formTexts, formValues } from "./inputs.ts";
import { permissionsOf } from "./permissions.ts";
import { simulateJobs } from "./jobs.ts";
import { refusals } from "./calls.ts";
import type { Scenario, SimulatedRun } from "./simulation.ts";
import { type Verdict, starts } from "./starts.ts";
import { Open } from "./values.ts";
import { type Workflow, schedulesOf, triggerOf } from "./workflow.ts";

/** @param file the path of the workflow in the repository */
export function simulate(file: string, workflow: Workflow, scenario: Scenario): SimulatedRun {
  const { inputs, event } = withInputs(workflow, scenario.event);
  const name = workflow.name ?? file;
  const verdict = startOf(file, workflow, { ...scenario, event });
  if (verdict.value === false) return { file, name, starts: verdict, inputs, jobs: [] };
  const scope: Scope = {
    contexts: {
      github: githubContext(event, { name }),
      inputs: event.name === "workflow_dispatch" || event.name === "workflow_call" ? inputs : {},
      vars: scenario.vars ?? new Open({}),
    },
    hashFiles: scenario.hashFiles,
  };
  const concurrency = groupOf(workflow.concurrency, scope);
  const jobs = simulateJobs({
    workflow,
    name,
    prefix: "",
    scope,
    scenario: { ...scenario, event },
    groups: concurrency ? [concurrency] : [],
    call: simulateJobs,
  });
  return { file, name, starts: verdict, inputs, jobs, ...(concurrency ? { concurrency } : {}) };
}

/** What the event says, and whether GitHub accepts the called workflows. */
function startOf(file: string, workflow: Workflow, { event, workflowIn = () => undefined }: Scenario): Verdict {
  const verdict = starts(workflow, event);
  if (verdict.value === false) return verdict;
  const refused = refusals(workflow, file, workflowIn, (job, caller) =>
    permissionsOf(job.permissions, caller.permissions, { ...event, fork: false }),
  );
  return refused.length === 0 ? verdict : { value: false, why: `GitHub refuses the run: ${refused.join("; ")}` };
}

/** The inputs as the workflow declares them, and the event in which they stand as texts. */
function withInputs(
  workflow: Workflow,
  event: Event,
): { readonly event: Event; readonly inputs: Readonly<Record<string, unknown>> } {
  const definitions = triggerOf(workflow, event.name)?.inputs ?? {};
  if (event.name === "workflow_call") {
    const texts = formTexts(definitions, event.inputs ?? {});
    const numbers = Object.entries(texts).filter(([input]) => definitions[input]?.type === "number");
    const converted = Object.fromEntries(numbers.map(([input, text]) => [input, Number(text)]));
    return { event, inputs: { ...formValues(definitions, texts), ...converted } };
  }
  if (event.name === "workflow_dispatch") {
    const texts = formTexts(definitions, event.inputs ?? {});
    const payload = event.payload === undefined ? {} : { payload: { ...event.payload, inputs: texts } };
    return { event: { ...event, inputs: texts, ...payload }, inputs: formValues(definitions, texts) };
  }
  const [cron, ...others] = schedulesOf(workflow);
  if (event.name !== "schedule" || event.payload !== undefined) return { event, inputs: {} };
  // Each time of a schedule starts a run of its own.
  return { event: { ...event, cron: others.length > 0 ? undefined : cron }, inputs: {} };
}
