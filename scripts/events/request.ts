/** The options of the command as a scenario; each mistake is an error in one line. Pure. */
import { UserError } from "../../contract/user-error.ts";
import { hasBase } from "../../workflows-src/simulator/event.ts";
import { type EventName, formOf, isOfPullRequest } from "../../workflows-src/simulator/event-names.ts";
import { type InputProblem, problemsOfForm } from "../../workflows-src/simulator/inputs.ts";
import type { End, SimulatedJob, SimulatedRun } from "../../workflows-src/simulator/simulation.ts";
import { type Texts, type Trigger, type Workflow, triggerOf } from "../../workflows-src/simulator/workflow.ts";
import { nearest } from "../core/nearest.ts";

export interface Given {
  readonly ref: string | undefined;
  readonly base: string | undefined;
  readonly type: string | undefined;
  readonly event: string | undefined;
  readonly fork: boolean;
  readonly input: readonly string[];
  readonly fail: readonly string[];
  readonly cancel: readonly string[];
  readonly output: readonly string[];
}

const takesInputs = (name: EventName): boolean => name === "workflow_dispatch" || name === "workflow_call";

/** @throws UserError for an option that the event does not have */
export function checkOptions(name: EventName, given: Given): void {
  const { ref, base, type, event, fork, input } = given;
  const form = formOf(name);
  const refuse = (option: string, why: string): never => {
    throw new UserError(`${option} does not fit ${name}: ${why}`, `Leave out ${option}`);
  };
  if (event !== undefined) {
    if (name === "workflow_call") refuse("--event", "a called workflow has the event of its caller");
    const options = { "--ref": ref, "--base": base, "--type": type, "--fork": fork || undefined, "--input": input[0] };
    for (const [option, value] of Object.entries(options))
      if (value !== undefined) refuse(option, `the file ${event} says it`);
  }
  if (ref !== undefined && form.ref === "default branch" && name !== "workflow_run")
    refuse("--ref", "its runs are those of the default branch");
  if (ref !== undefined && name === "merge_group") refuse("--ref", "the queue makes the ref from --base");
  if (base !== undefined && !hasBase(name))
    refuse("--base", "only a pull request and a merge group have a base branch");
  if (fork && !isOfPullRequest(name)) refuse("--fork", "only a pull request may come from a fork");
  if (input.length > 0 && !takesInputs(name)) refuse("--input", "only workflow_dispatch and workflow_call have inputs");
  if (type !== undefined && form.types !== undefined && !form.types.includes(type)) {
    if (form.types.length === 0) refuse("--type", "it has no types");
    throw new UserError(`${name} has no type ${JSON.stringify(type)}`, suggestion(type, form.types, "types"));
  }
}

export const suggestion = (word: string, known: readonly string[], noun: string): string => {
  const meant = nearest(word, known);
  const list = known.length === 0 ? `There are no ${noun}` : `The ${noun}: ${known.join(", ")}`;
  return `${meant === undefined ? "" : `Did you mean ${meant}? `}${list}`;
};

/** `key=value`, in which the value may contain further `=`. */
export function parseInputs(written: readonly string[]): Texts {
  return Object.fromEntries(written.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
}

/**
 * The workflows that the inputs of a form fit, and why the others are not started.
 * @throws UserError where they fit none
 */
export function checkInputs(
  name: EventName,
  workflows: ReadonlyMap<string, Workflow>,
  given: Texts,
): ReadonlyMap<string, string> {
  if (!takesInputs(name)) return new Map();
  const problems = [...workflows].flatMap(([file, workflow]) => {
    const trigger = triggerOf(workflow, name);
    return trigger === undefined ? [] : [{ file, trigger, problems: problemsOfForm(trigger.inputs ?? {}, given) }];
  });
  const refused = problems.filter((one) => one.problems.length > 0);
  if (problems.length > 0 && refused.length === problems.length) {
    // The workflow that has the most of the inputs is the one that was meant.
    const known = (one: (typeof refused)[number]): number =>
      Object.keys(given).filter((key) => Object.hasOwn(one.trigger.inputs ?? {}, key)).length;
    const [meant] = refused.toSorted((one, other) => known(other) - known(one));
    const [problem] = meant?.problems ?? [];
    if (meant !== undefined && problem !== undefined)
      throw new UserError(`${meant.file}: ${problem.message}`, remedyFor(problem, meant.trigger, given));
  }
  return new Map(refused.map(({ file, problems: [problem] }) => [file, problem?.message ?? ""]));
}

function remedyFor({ kind, input, remedy }: InputProblem, { inputs = {} }: Trigger, given: Texts): string {
  if (kind === "undeclared") return suggestion(input, Object.keys(inputs), "inputs");
  const options = inputs[input]?.options;
  return kind === "wrong" && options !== undefined
    ? suggestion(given[input] ?? "", options.map(String), "options")
    : remedy;
}

/** The names by which a job can be addressed. */
const everyJob = (jobs: readonly SimulatedJob[]): readonly SimulatedJob[] =>
  jobs.flatMap((job) => [job, ...everyJob(job.jobs ?? [])]);

/**
 * The ends that `--fail` and `--cancel` give.
 * @param runs simulated without them, which names the jobs of called workflows and the legs
 * @throws UserError for a job or a leg that does not exist
 */
export function endsOf(
  { fail, cancel }: Pick<Given, "fail" | "cancel">,
  workflows: ReadonlyMap<string, Workflow>,
  runs: readonly SimulatedRun[],
): Readonly<Record<string, End>> {
  const jobs = everyJob(runs.flatMap((run) => run.jobs));
  const ids = [
    ...new Set([...[...workflows.values()].flatMap((one) => Object.keys(one.jobs)), ...jobs.map(({ id }) => id)]),
  ];
  const check = (option: string, written: string): string => {
    if (ids.includes(written)) return written;
    const [id] = ids.filter((one) => written.startsWith(`${one}/`)).toSorted((one, other) => other.length - one.length);
    // What follows the name of a caller is a job of the called workflow.
    if (id === undefined || ids.some((one) => one.startsWith(`${id}/`)))
      throw new UserError(`${option}: there is no job ${JSON.stringify(written)}`, suggestion(written, ids, "jobs"));
    const leg = written.slice(id.length + 1);
    const job = jobs.find((one) => one.id === id && one.legs !== undefined);
    const legs = job?.legs ?? [];
    const labels = legs === "unknown" ? undefined : legs.map(({ label }) => label);
    if (job === undefined && jobs.some((one) => one.id === id && one.result !== "skipped"))
      throw new UserError(
        `${option}: the job ${id} has no leg ${JSON.stringify(leg)}`,
        `Write ${option} ${id}: it has no matrix`,
      );
    if (job !== undefined && labels?.includes(leg) === false)
      throw new UserError(
        `${option}: the job ${id} has no leg ${JSON.stringify(leg)}`,
        suggestion(leg, labels, "legs"),
      );
    return written;
  };
  const failed = fail.map((written) => [check("--fail", written), "failure"] as const);
  const cancelled = cancel.map((written) => [check("--cancel", written), "cancelled"] as const);
  const twice = failed.find(([id]) => cancelled.some(([other]) => other === id));
  if (twice !== undefined)
    throw new UserError(`${twice[0]} is given to --fail and to --cancel`, "Leave out one of them");
  return Object.fromEntries([...failed, ...cancelled]);
}

/** @throws UserError for a job or an output that does not exist */
export function outputsOf(
  written: readonly string[],
  workflows: ReadonlyMap<string, Workflow>,
  runs: readonly SimulatedRun[],
): Readonly<Record<string, Texts>> {
  const declared = new Map<string, Set<string>>();
  const declare = (id: string, keys: readonly string[]): void =>
    void declared.set(id, new Set([...(declared.get(id) ?? []), ...keys]));
  const open = new Set<string>();
  for (const workflow of workflows.values())
    for (const [id, job] of Object.entries(workflow.jobs)) {
      declare(id, Object.keys(job.outputs ?? {}));
      if (job.uses !== undefined) open.add(id);
    }
  for (const job of everyJob(runs.flatMap((run) => run.jobs))) declare(job.id, Object.keys(job.outputs));
  const given: Record<string, Record<string, string>> = {};
  for (const one of written) {
    const [, id = "", key = "", value = ""] = outputPattern.exec(one) ?? [];
    const keys = declared.get(id);
    if (keys === undefined)
      throw new UserError(
        `--output: there is no job ${JSON.stringify(id)}`,
        suggestion(id, [...declared.keys()], "jobs"),
      );
    if (!keys.has(key) && !open.has(id))
      throw new UserError(
        `--output: the job ${id} has no output ${JSON.stringify(key)}`,
        suggestion(key, [...keys], "outputs"),
      );
    given[id] = { ...given[id], [key]: value };
  }
  return given;
}

/** `JOB.KEY=VALUE`. */
export const outputPattern = /^([^.=]+)\.([\w-]+)=(.*)$/su;
