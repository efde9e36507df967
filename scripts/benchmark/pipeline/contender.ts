/** One of the ways from sources to published images that are compared. */
import type { SourceTree } from "../../core/source-tree.ts";
import type { Effects } from "../../core/effects.ts";
import type { ScenarioName } from "./scenarios.ts";

export interface Contender {
  /** Its work tree. */
  readonly root: string;
  /** The account in the registry that it pushes to; undefined for one that pushes nothing. */
  readonly owner: string | undefined;
  /** The path in its work tree of a file of the repository. */
  pathOf(source: string): string;
  /** Puts the sources into its work tree. */
  setUp(): Promise<void>;
  /** Follows a change of its sources, before the time is taken. */
  changed(): Promise<void>;
  /** Removes its containers with their data. */
  reset(): Promise<void>;
  /** Whether the scenario begins after a complete run on the same sources. */
  beginsComplete(scenario: ScenarioName): boolean;
  /** What else the scenario needs before its sources change. */
  prepare(scenario: ScenarioName): Promise<void>;
  /** The steps that are timed. */
  work(scenario: ScenarioName): Promise<void>;
  /** Whether the steps of the scenario are a complete run. */
  completes(scenario: ScenarioName): boolean;
  /** Containers that serve between two runs leave the processor to the other contenders. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Milliseconds of each part of the latest complete run, where it reports them. */
  stageTimes(): readonly StageTime[];
  /** Removes what it made, after a signal too. */
  cleanUp(): Promise<unknown>;
}

export type StageTime = readonly [stage: string, milliseconds: number];

/** What each contender is made for. */
export interface Setting {
  readonly sources: SourceTree;
  /** The registry on loopback, such as `127.0.0.1:49153`. */
  readonly host: string;
  /** The effects as of a user's shell, and those whose docker commands reach the engine. */
  readonly fx: Effects;
  readonly onEngine: Effects;
}

/** The folder of all work trees. The repository's own tools do not look into it. */
export const treesFolder = ".pipeline/bench";

const nothing = () => Promise.resolve();

/** What most contenders have in common. */
export const contenderDefaults = {
  pathOf: (source: string) => source,
  setUp: nothing,
  changed: nothing,
  reset: nothing,
  prepare: nothing,
  pause: nothing,
  resume: nothing,
  stageTimes: (): readonly StageTime[] => [],
  cleanUp: nothing,
};
