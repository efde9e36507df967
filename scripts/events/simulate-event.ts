/** Simulates what an event starts in the workflows of a repository: the edge that reads files. */
import { createHash } from "node:crypto";
import { collisions } from "../../workflows-src/simulator/collisions.ts";
import { type Event, eventOf } from "../../workflows-src/simulator/event.ts";
import type { EventName } from "../../workflows-src/simulator/event-names.ts";
import type { HashFiles } from "../../workflows-src/simulator/expressions.ts";
import { matchesFilter } from "../../workflows-src/simulator/patterns.ts";
import { simulate } from "../../workflows-src/simulator/simulate.ts";
import type { Scenario, SimulatedRun } from "../../workflows-src/simulator/simulation.ts";
import { starts } from "../../workflows-src/simulator/starts.ts";
import type { Texts, Workflow } from "../../workflows-src/simulator/workflow.ts";
import type { Effects } from "../core/effects.ts";
import { git } from "../core/git.ts";
import { eventFromFile } from "./event-file.ts";
import { planJob, plannedOutputs } from "./planned-outputs.ts";
import type { Reported } from "./report.ts";
import { type Given, checkInputs, checkOptions, endsOf, outputsOf, parseInputs } from "./request.ts";
import { readWorkflows, textOf } from "./workflow-files.ts";

export interface Options extends Given {
  readonly workflow: string | undefined;
  readonly changed: readonly string[] | undefined;
}

/** @throws UserError for an option, a file or a workflow that cannot be used */
export async function simulateEvent(name: EventName, options: Options, fx: Effects): Promise<Reported> {
  checkOptions(name, options);
  const { named, called } = await readWorkflows(options.workflow, fx.files);
  const event = eventFrom(name, options, fx);
  const refused = checkInputs(name, named, event.inputs ?? {});
  const own = options.workflow === undefined ? (options.changed ?? []) : [];
  const unfit = own.filter((path) => !fx.files.exists(path));
  for (const path of unfit) fx.warn(`${path} does not exist: it counts as deleted`);

  const facts = { event, workflowIn: called, hashFiles: await hashFilesHere(fx) };
  const run = (scenario: Omit<Scenario, keyof typeof facts>, planned: Planned): readonly SimulatedRun[] =>
    [...named].map(([file, workflow]) => {
      const why = refused.get(file);
      if (why !== undefined)
        return { file, name: workflow.name ?? file, starts: { value: false, why }, inputs: {}, jobs: [] };
      const outputs = { ...planned.get(file)?.outputs, ...scenario.outputs };
      return simulate(file, workflow, { ...facts, ...scenario, outputs });
    });
  const planned = await plansOf(named, event);
  // The names of the jobs of called workflows, and of the legs, are known after a first simulation.
  const first = run({}, planned);
  const given = outputsOf(options.output, named, first);
  const results = endsOf(options, named, run({ outputs: given }, planned));
  const runs = run({ results, outputs: given }, planned);
  const remarks = [...planned].map(([file, { job, reasons }]) => [`${file} ${job}`, reasons] as const);
  return { event, runs, fates: collisions(runs), remarks: new Map(remarks) };
}

function eventFrom(name: EventName, options: Options, fx: Effects): Event {
  if (options.event !== undefined)
    return eventFromFile(name, options.event, textOf(options.event, fx.files), options.changed);
  return eventOf(name, {
    ref: options.ref,
    base: options.base,
    type: options.type,
    fork: options.fork,
    inputs: parseInputs(options.input),
    changed: options.changed,
  });
}

interface Plan {
  readonly job: string;
  /** The outputs of the plan job, by its name. */
  readonly outputs: Readonly<Record<string, Texts>>;
  readonly reasons: readonly string[];
}
type Planned = ReadonlyMap<string, Plan>;

/** The plans of our own workflows that the event starts, where the changed paths are known. */
async function plansOf(workflows: ReadonlyMap<string, Workflow>, event: Event): Promise<Planned> {
  const plans = new Map<string, Plan>();
  for (const [file, workflow] of workflows) {
    const job = planJob(workflow);
    // A plan that believes no earlier release builds everything, whatever changed.
    const changed = event.changed ?? (job?.fresh === true ? [] : undefined);
    if (job === undefined || changed === undefined || starts(workflow, event).value === false) continue;
    const { outputs, reasons } = await plannedOutputs(event, changed, job.fresh);
    // The applications that are carried stand in the output.
    const shown = reasons.filter((reason) => !reason.startsWith("carry "));
    plans.set(file, { job: job.id, outputs: { [job.id]: outputs }, reasons: shown });
  }
  return plans;
}

/** `hashFiles` over the files of this repository: the hash of the hashes of the files, in the order of their paths. */
async function hashFilesHere(fx: Effects): Promise<HashFiles> {
  const { code, stdout } = await fx.tryRun(git.sources);
  const paths = stdout.split("\0").filter(Boolean).toSorted();
  return (patterns) => {
    if (code !== 0) return undefined;
    const found = paths.filter((path) => matchesFilter(patterns, path) && fx.files.exists(path));
    if (found.length === 0) return "";
    const hashes = found.map((path) => createHash("sha256").update(fx.files.bytes(path)).digest());
    return createHash("sha256").update(Buffer.concat(hashes)).digest("hex");
  };
}
