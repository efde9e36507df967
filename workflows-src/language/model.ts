/**
 * A workflow as data, for the compiler and for the rules: jobs that run a stage, jobs with steps of their own, and jobs that
 * call another workflow. `workflow.ts` builds it, and its types refuse what may not be written.
 */
import type { EnvironmentName } from "../../contract/settings.ts";
import type { StageName } from "../../contract/contracts.ts";
import type { Checkout, Grants } from "./actions.ts";
import type { Events } from "./events.ts";
import type { Condition, Expr, Result } from "./expressions.ts";
import type { Inputs } from "./inputs.ts";
import type { Matrix } from "./matrix.ts";
import type { Secret, Step } from "./own-steps.ts";
import type { PlaceOptions } from "./place.ts";

/** A folder that one job uploads and another downloads. A job with a matrix uploads one for each leg. */
export class Artifact<out Name extends string, out Legs extends "one" | "each"> {
  readonly name: Name & FromLegs<Legs>;
  readonly jobs: readonly string[];
  constructor(name: Name, job: string) {
    this.name = name;
    this.jobs = [job];
  }
}
/** A type alone: in a class, the compiler would print it as one more property that is missing. */
interface FromLegs<out Legs> {
  readonly from?: Legs;
}

/** Marks a cache that a job keeps between runs. A workflow that leaves it out neither reads nor writes one. */
export class Kept {
  declare protected readonly cache: true;
  readonly jobs: readonly string[] = [];
}

/** A job as other jobs wait for it. */
export interface AnyJob {
  readonly id: string;
  readonly result: Expr<Result>;
}

interface AnyJobSpec {
  readonly id: string;
  readonly title: string;
  readonly matrix?: Matrix;
  /** The conditions under which it runs, besides the success of the jobs that it needs. */
  readonly conditions: readonly Condition[];
  /** The ids of the jobs that it waits for, in the order of their definition. */
  readonly needs: readonly string[];
  /** Those of the jobs that it waits for without which it runs, too, where their conditions do not hold. */
  readonly afterSkipped: readonly string[];
  /** Those of the jobs that it waits for whose result its conditions read: only the conditions decide about them. */
  readonly judged: readonly string[];
}

interface RunningJobSpec extends AnyJobSpec {
  readonly place: PlaceOptions;
  /** No checkout at all where it is `false`. */
  readonly checkout: Checkout | false;
  /** The address that GitHub shows beside the deployment. */
  readonly url?: Expr<string> | string;
}

export interface StageJobSpec extends RunningJobSpec {
  readonly kind: "stage";
  readonly stage: StageName;
  readonly with: Readonly<Record<string, Expr<unknown> | Artifact<string, "one" | "each"> | Kept>>;
  readonly before: readonly Step[];
  readonly after: readonly Step[];
  readonly retentionDays?: number;
}

export interface StepsJobSpec extends RunningJobSpec {
  readonly kind: "steps";
  readonly timeoutMinutes: number;
  readonly environment?: EnvironmentName | Expr<EnvironmentName>;
  readonly permissions: Grants;
  readonly concurrencyGroup?: string;
  readonly steps: readonly Step[];
  readonly outputs: Readonly<Record<string, Expr<unknown>>>;
}

export interface CallJobSpec extends AnyJobSpec {
  readonly kind: "call";
  readonly workflow: WorkflowSpec;
  readonly with: Readonly<Record<string, Expr<unknown> | string | number | boolean>>;
  readonly secrets: Readonly<Record<string, Secret<never>>>;
}

/** One job as data. */
export type JobSpec = StageJobSpec | StepsJobSpec | CallJobSpec;

export interface WorkflowSpec {
  readonly name: string;
  readonly title: string;
  readonly on: Readonly<Partial<Events>>;
  readonly inputs: Inputs;
  /** The secrets that a calling workflow passes, with their descriptions. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What a calling workflow gets. */
  readonly outputs: Readonly<Record<string, Expr<unknown>>>;
  readonly jobs: readonly JobSpec[];
  /** The id of the job that succeeds only if every job that should have run succeeded. */
  readonly gate?: string;
  readonly runName?: Expr<string> | string;
  readonly concurrency?: RunLane;
}

/** Runs of one group wait for each other, or the newer one cancels the older. */
export interface RunLane {
  readonly group: Expr<string> | string;
  readonly cancelOlder: boolean;
}
