/** Reads workflows from the disk. */
import { readFileSync, statSync } from "node:fs";
import { decode, largestFile, tooLarge, unreadable } from "./input.ts";
import { type Finding, start } from "./workflow/finding.ts";

/** The text of a file, or why it has none. */
export function readWorkflow(path: string, shown: string): string | Finding {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return unreadable(shown, "EISDIR");
    // Reading a device or a pipe could go on for ever.
    if (!stat.isFile())
      return { file: shown, ...start, rule: "not-a-file", message: "this is a device or a pipe. Name a file" };
    if (stat.size > largestFile) return tooLarge(shown, stat.size);
    return decode(shown, readFileSync(path));
  } catch (cause) {
    return unreadable(shown, (cause as NodeJS.ErrnoException).code);
  }
}

/** The text of a file that another one names, where it can be read. */
export function readOptional(path: string): string | undefined {
  const read = readWorkflow(path, path);
  return typeof read === "string" ? read : undefined;
}
