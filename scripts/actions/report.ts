/** What an update of an action means for us, as lines of text. Pure. */
import type { Interfaces } from "./metadata.ts";
import { changesBetween, misfits } from "./changes.ts";
import type { Use } from "./uses.ts";

export interface Misfit {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** One line for each difference; an action below its repository is named. */
export const changeLines = (before: Interfaces, after: Interfaces): readonly string[] =>
  Object.entries(after).flatMap(([id, now]) => {
    const old = before[id];
    const changes = old ? changesBetween(old, now) : ["its metadata was not known before"];
    return changes.map((change) => `  ${id}: ${change}`);
  });

export const misfitsOf = (uses: readonly Use[], after: Interfaces): readonly Misfit[] =>
  uses.flatMap((use) => {
    const action = after[use.id];
    if (action === undefined) return [];
    return misfits(use, action).map((why) => ({
      file: use.file,
      line: use.line,
      message: `the step with ${use.id} ${action.version} ${why}`,
    }));
  });
