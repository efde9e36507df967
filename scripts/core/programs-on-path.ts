import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a program: on PATH, or in one of the other folders. */
export function findProgram(name: string, path: string, others: readonly string[] = []): string | undefined {
  return [...path.split(delimiter), ...others]
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}
