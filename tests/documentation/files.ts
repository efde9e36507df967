/** The Markdown files of the repository. Tests run in its root. */
import { readFileSync, readdirSync } from "node:fs";

const skipped = new Set(["node_modules", ".git", ".pipeline"]);

const below = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : below(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });

export const documents: readonly string[] = below(".");
export const read = (path: string): string => readFileSync(path, "utf8");
