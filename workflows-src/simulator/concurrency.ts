/**
 * Concurrency groups: which run waits, and which run is cancelled.
 * Source: docs.github.com, "Control the concurrency of workflows and jobs". Pure.
 */
import { type Scope, interpolate, truthOf, valueOf } from "./expressions.ts";
import type { Truth } from "./values.ts";
import type { Concurrency } from "./workflow.ts";

export interface Group {
  /** Equal also where only the case of letters differs. */
  readonly name: string;
  /** Whether a run ends the one that is in progress. */
  readonly cancels: Truth;
  /** Whether any number of runs waits, in the order of their arrival. Otherwise one waits, and a newer one takes its place. */
  readonly queues: boolean;
}

export function groupOf(written: Concurrency | undefined, scope: Scope): Group | undefined {
  if (written === undefined) return undefined;
  if (typeof written === "string") return { name: interpolate(written, scope), cancels: false, queues: false };
  return {
    name: interpolate(written.group, scope),
    cancels: truthOf(valueOf(written["cancel-in-progress"] ?? false, scope)),
    queues: written.queue === "max",
  };
}

export const sameGroup = (one: Group, other: Group): boolean => one.name.toLowerCase() === other.name.toLowerCase();

/** What the run does to the other runs of its group. */
export function effectOf({ cancels, queues }: Group): string {
  if (cancels === "unknown") return "waits for the run in progress, or cancels it: that is unknown";
  if (cancels) return "cancels the run in progress and those that wait";
  return queues
    ? "waits for all runs that arrived before; no run is cancelled"
    : "waits for the run in progress; cancels the run that already waits";
}

/** The runs of one group. */
export interface Occupants<T> {
  readonly running: T | undefined;
  readonly waiting: readonly T[];
  readonly cancelled: readonly T[];
}

export const nobody: Occupants<never> = { running: undefined, waiting: [], cancelled: [] };

/** A run arrives in the group; the others have not ended. */
export function arrive<T>(
  { running, waiting, cancelled }: Occupants<T>,
  run: T,
  { cancels, queues }: Pick<Group, "cancels" | "queues">,
): Occupants<T> {
  if (running === undefined) return { running: run, waiting, cancelled };
  if (cancels === true) return { running: run, waiting: [], cancelled: [...cancelled, running, ...waiting] };
  if (queues) return { running, waiting: [...waiting, run], cancelled };
  return { running, waiting: [run], cancelled: [...cancelled, ...waiting] };
}

/** A job that waits for the group of its own run waits for itself: GitHub cancels it. */
export const deadlocks = (job: Group | undefined, outer: readonly Group[]): boolean =>
  job !== undefined && outer.some((group) => sameGroup(group, job));
