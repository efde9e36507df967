/** The parts of a workflow's YAML that decide which jobs run. Pure. */
import { parse } from "yaml";

export type Texts = Readonly<Record<string, string>>;
/** A value of the YAML that may be an expression. */
export type Scalar = string | number | boolean | null;
export type Scalars = Readonly<Record<string, Scalar>>;

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: Scalar;
  readonly env?: Scalars | string;
  readonly with?: Scalars;
}

export type Permissions = string | Readonly<Record<string, string>>;

export type Concurrency =
  | string
  | { readonly group: string; readonly "cancel-in-progress"?: Scalar; readonly queue?: string };

export type Vector = string | readonly unknown[];
export type Matrix = string | Readonly<Record<string, Vector>>;

export interface Strategy {
  readonly matrix?: Matrix;
  readonly "fail-fast"?: Scalar;
  readonly "max-parallel"?: Scalar;
}

export interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: Scalar;
  readonly permissions?: Permissions;
  readonly environment?: string | { readonly name: string; readonly url?: string };
  readonly concurrency?: Concurrency;
  readonly outputs?: Readonly<Record<string, Scalar>>;
  readonly env?: Scalars | string;
  readonly strategy?: Strategy;
  readonly "continue-on-error"?: Scalar;
  readonly steps?: readonly Step[];
  /** A workflow that this job calls instead of running steps. */
  readonly uses?: string;
  readonly with?: Scalars;
  readonly secrets?: "inherit" | Texts;
}

export type InputType = "string" | "boolean" | "number" | "choice" | "environment";

export interface InputDefinition {
  readonly type?: InputType;
  readonly required?: boolean;
  readonly default?: Scalar;
  readonly options?: readonly Scalar[];
}

/** The filters and parameters of one event in `on`. */
export interface Trigger {
  readonly types?: string | readonly string[];
  readonly branches?: string | readonly string[];
  readonly "branches-ignore"?: string | readonly string[];
  readonly tags?: string | readonly string[];
  readonly "tags-ignore"?: string | readonly string[];
  readonly paths?: string | readonly string[];
  readonly "paths-ignore"?: string | readonly string[];
  readonly workflows?: string | readonly string[];
  readonly inputs?: Readonly<Record<string, InputDefinition | null>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
  readonly secrets?: Readonly<Record<string, { readonly required?: boolean } | null>>;
}

export interface Workflow {
  readonly name?: string;
  readonly on:
    | string
    | readonly string[]
    | Readonly<Record<string, Trigger | readonly { readonly cron: string }[] | null>>;
  readonly permissions?: Permissions;
  readonly env?: Scalars | string;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A text that GitHub's parser accepts. */
export const readWorkflow = (text: string): Workflow => parse(text) as Workflow;

/** GitHub accepts one word wherever it accepts a list of words. */
export const listOf = (written: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof written === "string" ? [written] : written;

/** The trigger of an event, whichever of its three forms `on` has; undefined where the event is not in it. */
export function triggerOf({ on }: Workflow, event: string): Trigger | undefined {
  if (typeof on === "string") return on === event ? {} : undefined;
  if (isList(on)) return on.includes(event) ? {} : undefined;
  if (!Object.hasOwn(on, event)) return undefined;
  const trigger = on[event];
  return trigger === null || trigger === undefined || isList(trigger) ? {} : trigger;
}

/** The times of a schedule, as cron expressions. */
export function schedulesOf({ on }: Workflow): readonly string[] {
  if (typeof on === "string" || isList(on)) return [];
  const written = on["schedule"];
  return isList(written) ? written.map(({ cron }) => cron) : [];
}

/** `Array.isArray` does not narrow a readonly list. */
export const isList = <T, O>(value: readonly T[] | O): value is readonly T[] => Array.isArray(value);

export const needsOf = ({ needs }: Pick<Job, "needs">): readonly string[] => listOf(needs) ?? [];

/** The jobs that a job needs, and those that they need. */
export function ancestors(
  id: string,
  jobs: Readonly<Record<string, Pick<Job, "needs">>>,
  found = new Set<string>(),
): ReadonlySet<string> {
  for (const one of needsOf(jobs[id] ?? {}))
    if (!found.has(one)) {
      found.add(one);
      ancestors(one, jobs, found);
    }
  return found;
}

/** The names of the jobs, each behind those that it needs. */
export function inOrder(jobs: Workflow["jobs"]): readonly string[] {
  const ordered = new Set<string>();
  const add = (id: string): void => {
    if (ordered.has(id)) return;
    for (const one of needsOf(jobs[id] ?? {})) add(one);
    ordered.add(id);
  };
  for (const id of Object.keys(jobs)) add(id);
  return [...ordered];
}
