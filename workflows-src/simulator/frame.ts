/** A workflow that runs, because of an event or of a call. */
import type { Group } from "./concurrency.ts";
import type { Scope } from "./expressions.ts";
import type { Granted } from "./permissions.ts";
import type { Scenario, SimulatedJob } from "./simulation.ts";
import type { Workflow } from "./workflow.ts";

export interface Frame {
  readonly workflow: Workflow;
  readonly name: string;
  /** The name of the calling job and a slash; empty in the workflow that the event starts. */
  readonly prefix: string;
  readonly scope: Scope;
  readonly scenario: Scenario;
  /** The concurrency groups that the run holds already. */
  readonly groups: readonly Group[];
  /** What the caller may do. */
  readonly ceiling?: Granted;
  /** The secrets that the caller passes; all of them when absent. */
  readonly passed?: readonly string[];
  /** Simulates the jobs of a called workflow, whose calls may call further ones. */
  readonly call: (frame: Frame) => readonly SimulatedJob[];
}

/** What a job has before it runs. */
export type Begun = Pick<SimulatedJob, "id" | "permissions" | "secrets">;

/** What running adds to it. `why` is there where the reason is an error. */
export type Ran = Pick<SimulatedJob, "result" | "inputs" | "outputs" | "notes"> &
  Partial<Pick<SimulatedJob, "why" | "legs" | "maxParallel" | "environment" | "concurrency" | "opaque" | "jobs">>;
