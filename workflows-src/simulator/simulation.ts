/** The given facts of a simulation, and its result. */
import type { Decision, Result } from "./conditions.ts";
import type { Group } from "./concurrency.ts";
import type { Event } from "./event.ts";
import type { HashFiles } from "./expressions.ts";
import type { Granted } from "./permissions.ts";
import type { Verdict } from "./starts.ts";
import type { Texts, Workflow } from "./workflow.ts";

/** The end of a job that runs. */
export type End = "success" | "failure" | "cancelled";

export interface Scenario {
  readonly event: Event;
  /** Outputs by job. Those that a job declares and that are not given are unknown, unless the YAML says what they are. */
  readonly outputs?: Readonly<Record<string, Texts>>;
  /** Ends by job, by `job/leg` in a matrix, and by `caller/job` in a called workflow; other jobs succeed. */
  readonly results?: Readonly<Record<string, End>>;
  /** The variables of the repository; unknown when absent. */
  readonly vars?: Texts;
  readonly hashFiles?: HashFiles;
  /** Returns the workflow in a file of the repository; undefined where there is none. */
  readonly workflowIn?: (path: string) => Workflow | undefined;
}

export interface SimulatedLeg {
  /** As in the name of the job on GitHub, such as `linux, 24`. */
  readonly label: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly result: Result;
}

export interface SimulatedJob {
  /** The name in the YAML; in a called workflow behind that of the caller and a slash. */
  readonly id: string;
  readonly result: Result;
  readonly why: string;
  /** Absent where an error prevents the decision. */
  readonly decision?: Decision;
  /** Absent without a matrix, and in a job that is skipped. */
  readonly legs?: readonly SimulatedLeg[] | "unknown";
  readonly maxParallel?: number;
  /** The environment variables of the steps, or the inputs of the called workflow; in a matrix, those of the first leg. */
  readonly inputs: Texts;
  readonly environment?: { readonly name: string; readonly url?: string };
  readonly permissions: Granted;
  /** The secrets that the job gets, and those that it reads without getting them. */
  readonly secrets: { readonly reached: readonly string[]; readonly withheld: readonly string[] };
  readonly concurrency?: Group;
  /** As texts; `‹unknown›` stands for an unknown value. */
  readonly outputs: Texts;
  /** Whether the job calls a workflow of another repository: its further outputs are unknown. */
  readonly opaque?: boolean;
  readonly notes: readonly string[];
  /** The jobs of the called workflow. */
  readonly jobs?: readonly SimulatedJob[];
}

export interface SimulatedRun {
  readonly file: string;
  readonly name: string;
  readonly starts: Verdict;
  readonly concurrency?: Group;
  /** The inputs of the form, or of the caller. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** None where the event does not start the workflow. */
  readonly jobs: readonly SimulatedJob[];
}
