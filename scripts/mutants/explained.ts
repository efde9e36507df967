/** The mutants that survive and may do so, each with its reason. An entry that explains no survivor is an error. */
import type { Mutant } from "./mutant.ts";

interface Explained {
  readonly file: string;
  /** A part of the original; every mutant of the file where it is absent. */
  readonly original?: string;
  readonly replacement?: string;
  readonly reason: string;
}

export const explained: readonly Explained[] = [
  {
    file: "workflows-src/language/schedule.ts",
    original: '":"',
    replacement: '""',
    reason:
      "Any time of the week is right for this run. The tests of the language compare the cron with the written time.",
  },
];

export const explains = (entry: Explained, { file, original, replacement }: Mutant): boolean =>
  entry.file === file &&
  original.includes(entry.original ?? "") &&
  (entry.replacement === undefined || entry.replacement === replacement);
