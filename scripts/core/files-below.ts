/** The files of a folder that could be sources, without git. */
import { readdirSync } from "node:fs";

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

/** Every file and link that could be a source, in a fixed order. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !notSources.has(entry.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() || entry.isSymbolicLink() ? [path] : [];
    });
}
