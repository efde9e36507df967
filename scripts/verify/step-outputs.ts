/** The outputs of a step and the variables that it sets, where all of them are known. Pure. */
import type { Knowledge } from "./knowledge.ts";
import { written } from "./workflow/document.ts";
import type { Step } from "./workflow/workflow.ts";

export function outputsOf({ run, value }: Step, { action, outputsOfScript }: Knowledge): readonly string[] | undefined {
  if (run === "") return action(written(value["uses"]))?.outputs;
  return outputsOfScript?.(run) ?? namesWritten(run, "GITHUB_OUTPUT");
}

/** The names that a script writes into a file of GitHub; absent where it writes none, or may write others. */
function namesWritten(script: string, file: "GITHUB_OUTPUT" | "GITHUB_ENV"): readonly string[] | undefined {
  const lines = script
    .replaceAll(/\\\n/gu, " ")
    .split("\n")
    .filter((line) => line.includes(file));
  const write = new RegExp(
    `^\\s*(?:echo|printf)\\s+(?:-\\w+\\s+)*["']?([\\w-]+)=.*>>\\s*["']?\\$\\{?${file}\\}?["']?\\s*$`,
    "u",
  );
  const names = lines.map((line) => write.exec(line)?.[1]);
  if (lines.length === 0 || names.includes(undefined)) return undefined;
  return names.filter((name) => name !== undefined);
}

/** Actions that set no variable. */
const withoutVariables = /^actions\/(?:checkout|upload-artifact|download-artifact|cache(?:\/\w+)?)$/u;

/** The variables that the steps of a job set for those after them; absent where they may set others. */
export function variablesOf(steps: readonly Step[]): readonly string[] | undefined {
  const names = steps.map(({ run, action }) => {
    if (run === "") return withoutVariables.test(action) ? [] : undefined;
    return run.includes("GITHUB_ENV") ? namesWritten(run, "GITHUB_ENV") : [];
  });
  return names.includes(undefined) ? undefined : names.flatMap((one) => one ?? []);
}
