import type { Command } from "./command.ts";

export const git = {
  /** Paths that differ between two commits, from where they parted; separated by NUL. */
  changed: (base: string, head: string): Command => [
    "git",
    "diff",
    "--name-only",
    "--no-renames",
    "-z",
    `${base}...${head}`,
  ],
  head: ["git", "rev-parse", "HEAD"],
  /** Paths of the work tree that git does not ignore, committed or not; separated by NUL. */
  sources: ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  /** Nothing on standard output: the tree is the commit. */
  status: ["git", "status", "--porcelain=v1", "-z", "--untracked-files=all"],
} as const satisfies Record<string, Command | ((...args: never[]) => Command)>;
