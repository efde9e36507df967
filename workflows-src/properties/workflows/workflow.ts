/** A workflow as text, and each of its jobs with the contract of its stage. Pure. */
import { parse } from "yaml";
import { type Contract, type StageName, contractOf, stageNames } from "../../../contract/contracts.ts";

export type Keys = Readonly<Record<string, unknown>>;

export interface JobKeys extends Keys {
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, string>> };
  readonly steps?: readonly StepKeys[];
}
export interface StepKeys extends Keys {
  readonly uses?: string;
  readonly with?: Keys;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Workflow {
  readonly path: string;
  /** The name of the file without its ending. */
  readonly name: string;
  readonly written: string;
  readonly keys: Keys & { readonly on: Keys; readonly jobs?: Readonly<Record<string, JobKeys>> };
}

/** GitHub takes one event, a list of them, or a mapping. */
const eventsOf = (on: unknown): Keys => {
  if (typeof on === "string") return { [on]: null };
  if (Array.isArray(on)) return Object.fromEntries(on.map((event: unknown) => [String(event), null]));
  return (on ?? {}) as Keys;
};

export function readWorkflow(path: string, written: string): Workflow {
  const { on, ...keys } = (parse(written) ?? {}) as Keys;
  const name = /([^/]*)\.ya?ml$/u.exec(path)?.[1] ?? path;
  return { path, name, written, keys: { ...keys, on: eventsOf(on) } };
}

export interface Job {
  readonly workflow: Workflow;
  readonly id: string;
  /** For messages. */
  readonly place: string;
  readonly keys: JobKeys;
  readonly contract: Contract;
}

const isStage = (id: string): id is StageName => stageNames.some((stage) => stage === id);

/** The jobs that run a stage: all but the gate. */
export const jobsOf = (workflow: Workflow): readonly Job[] =>
  Object.entries(workflow.keys.jobs ?? {}).flatMap(([id, keys]) =>
    isStage(id) ? [{ workflow, id, place: `${workflow.path}: ${id}`, keys, contract: contractOf(id) }] : [],
  );

export const needsOf = ({ keys }: Pick<Job, "keys">): readonly string[] => keys.needs ?? [];

/** The jobs that a job waits for, however long before. */
export const ancestorsOf = (job: Job): readonly Job[] => {
  const needed = jobsOf(job.workflow).filter(({ id }) => needsOf(job).includes(id));
  return [...new Map(needed.flatMap((one) => [one, ...ancestorsOf(one)]).map((one) => [one.id, one])).values()];
};

/** The key of the matrix, and the list that it runs over. */
export function matrixOf({ keys }: Job): { readonly key: string; readonly over: string } | undefined {
  const [first] = Object.entries(keys.strategy?.matrix ?? {});
  return first && { key: first[0], over: /^\$\{\{ fromJSON\((.+)\) \}\}$/u.exec(first[1])?.[1] ?? "" };
}

/** The type of an output of a job that this one needs, such as `needs.plan.outputs.tag`; else `undefined`. */
export function typeOfOutput(job: Job, expression: string): string | undefined {
  const [, id = "", key = ""] = /^needs\.([\w-]+)\.outputs\.(\w+)$/u.exec(expression) ?? [];
  const needed = needsOf(job).includes(id) && isStage(id) ? contractOf(id).outputs?.[key] : undefined;
  return needed?.kind === "scalar" ? needed.type : undefined;
}
