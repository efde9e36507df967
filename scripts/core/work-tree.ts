/** The files of the work tree, committed or not; works without git, too. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { git } from "./git.ts";
import type { Effects } from "./effects.ts";

export interface WorkTree {
  /** `sha-<12>` of a clean commit, else `dirty-<12>` from a hash of the files. */
  readonly tag: string;
}

const notSources = new Set([
  "node_modules",
  ".git",
  ".pipeline",
  ".venv",
  "__pycache__",
  ".mypy_cache",
  ".ruff_cache",
  ".pytest_cache",
]);

export async function workTree(fx: Effects): Promise<WorkTree> {
  const [head, status] = [await fx.tryRun(git.head), await fx.tryRun(git.status)];
  if (head.code === 0 && status.code === 0 && status.stdout === "")
    return { tag: `sha-${head.stdout.trim().slice(0, 12)}` };
  return { tag: `dirty-${hashOfFiles(".").slice(0, 12)}` };
}

function hashOfFiles(root: string): string {
  const hash = createHash("sha256");
  for (const path of filesBelow(root))
    hash.update(`${path}\0`).update(createHash("sha256").update(readFileSync(path)).digest());
  return hash.digest("hex");
}

/** Every file that could be a source, in a fixed order. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !notSources.has(entry.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
    });
}
