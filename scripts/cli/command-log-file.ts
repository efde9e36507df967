/** The log of the commands that a run executes: one file for each npm command, written anew by each run. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Trace } from "../core/effects.ts";
import { traceLines } from "../pipeline/command-log.ts";

/** @param path the names of the command and of those above it */
export const commandLogFile = (path: readonly string[]): string => `.pipeline/commands/${path.join("-")}.log`;

/** Creates the file with the first line: a run without commands leaves the log of the run before. */
export function logCommandsTo(file: string): Trace {
  let created = false;
  return traceLines((line) => {
    if (!created) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, "");
      created = true;
    }
    appendFileSync(file, `${line}\n`);
  });
}
