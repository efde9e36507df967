/** What a run did and what it found proven, a row for each piece of work: for a terminal, and for the summary of a job. Pure. */
import type { Proof, Work } from "../../contract/proof.ts";
import { day, duration, thousands } from "../core/format.ts";
import { type Tally, verdictLine } from "./junit.ts";
import { markdownTable } from "./markdown.ts";

export interface WorkDone {
  readonly work: Work;
  readonly tests: Tally;
  /** How long it took; for what was proven, how long it took then. */
  readonly milliseconds: number;
  /** The proof that was believed, so that the work was not done. */
  readonly proof?: Proof;
}

export const workTable = (done: readonly WorkDone[]): readonly (readonly string[])[] => [
  ["work", "result", "time", "saved"],
  ...done.map(({ work, tests, milliseconds, proof }) =>
    proof === undefined
      ? [work, verdictLine(tests), duration(milliseconds), "–"]
      : [work, `${thousands(proof.passed)} tests ${provenBy(proof)}`, "–", duration(milliseconds)],
  ),
];

/** For example `proven by run 1234 on 24 November`. */
export const provenBy = ({ run, at }: Pick<Proof, "run" | "at">): string =>
  `proven ${run === undefined ? "" : `by run ${run} `}on ${day(at)}`;

export const savedBy = (done: readonly WorkDone[]): number =>
  done.reduce((sum, { milliseconds, proof }) => sum + (proof === undefined ? 0 : milliseconds), 0);

/** The summary of a job that does one piece of work or several. */
export const workSummary = (done: readonly WorkDone[]): string => `${markdownTable(workTable(done))}\n`;
