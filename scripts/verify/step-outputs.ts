/** The outputs of a step, where all of them are known. Pure. */
import type { Knowledge } from "./knowledge.ts";
import { written } from "./workflow/document.ts";
import type { Step } from "./workflow/workflow.ts";

export function outputsOf({ run, value }: Step, { action, outputsOfScript }: Knowledge): readonly string[] | undefined {
  if (run === "") return action(written(value["uses"]))?.outputs;
  return outputsOfScript?.(run) ?? outputsWritten(run);
}

/** The names that a script writes; absent where it may write others. */
function outputsWritten(script: string): readonly string[] | undefined {
  const lines = script
    .replaceAll(/\\\n/gu, " ")
    .split("\n")
    .filter((line) => line.includes("GITHUB_OUTPUT"));
  const names = lines.map(
    (line) =>
      /^\s*(?:echo|printf)\s+(?:-\w+\s+)*["']?([\w-]+)=.*>>\s*["']?\$\{?GITHUB_OUTPUT\}?["']?\s*$/u.exec(line)?.[1],
  );
  if (lines.length === 0 || names.includes(undefined)) return undefined;
  return names.filter((name) => name !== undefined);
}
