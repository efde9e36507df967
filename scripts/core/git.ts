import type { Command } from "./command.ts";

export const git = {
  /** Paths that differ between two commits; separated by NUL. */
  changed: (base: string, head: string): Command => [
    "git",
    "diff",
    "--name-only",
    "--no-renames",
    "-z",
    `${base}..${head}`,
  ],
  /** Succeeds if one commit is another, or an ancestor of it. */
  isAncestor: (ancestor: string, commit: string): Command => ["git", "merge-base", "--is-ancestor", ancestor, commit],
  head: ["git", "rev-parse", "HEAD"],
  /** Paths of the work tree that git does not ignore, committed or not; separated by NUL. */
  sources: ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  /** Nothing on standard output: the tree is the commit. */
  status: ["git", "status", "--porcelain=v1", "-z", "--untracked-files=all"],
} as const satisfies Record<string, Command | ((...args: never[]) => Command)>;
