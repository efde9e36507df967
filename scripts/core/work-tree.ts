/** The name of the work tree as it lies on the disk. */
import type { Effects } from "./effects.ts";
import { git } from "./git.ts";
import { type SourceTree, hashOf } from "./source-tree.ts";

export interface WorkTree {
  /** `sha-<12>` of a clean commit, else `dirty-<12>` from a hash of the files. */
  readonly tag: string;
  /** Undefined where the files are not those of a commit. */
  readonly commit: string | undefined;
}

export async function workTree(sources: SourceTree, fx: Effects): Promise<WorkTree> {
  const [head, status] = [await fx.tryRun(git.head), await fx.tryRun(git.status)];
  if (head.code === 0 && status.code === 0 && status.stdout === "") {
    const commit = head.stdout.trim();
    return { tag: `sha-${commit.slice(0, 12)}`, commit };
  }
  return { tag: `dirty-${hashOf(sources).slice(0, 12)}`, commit: undefined };
}
