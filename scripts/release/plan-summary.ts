/** The summary of the plan: what becomes of each piece of work, and how long the run will take. Pure. */
import { duration } from "../core/format.ts";
import { markdownTable } from "../reports/markdown.ts";
import type { Decision, Step } from "./decide.ts";

export const planSummary = ({ tag, steps, notes, publish, deploy }: Decision): string =>
  [
    `## Plan of \`${tag}\``,
    "",
    markdownTable([
      ["work", "decision", "reason", "time", "saved"],
      ...steps.map((step) => [step.work, step.decision, step.why, ...timesOf(step)]),
      ["publish", publish ? "yes" : "no", "", "", ""],
      ["deploy", deploy ? "yes" : "no", "", "", ""],
    ]),
    "",
    `${duration(saved(steps))} of work saved. ${criticalPath(steps)}`,
    "",
    ...notes.map((note) => `- ${note}`),
    "",
  ].join("\n");

const isDone = ({ decision }: Step): boolean => decision === "build" || decision === "test";

/** The expected time of what is done, and the saved time of what is not. */
function timesOf(step: Step): readonly [string, string] {
  if (!isDone(step)) return ["–", duration(step.took ?? 0)];
  return [step.took === undefined ? "unknown" : `about ${duration(step.took)}`, "–"];
}

const saved = (steps: readonly Step[]): number =>
  steps.filter((step) => !isDone(step)).reduce((sum, { took = 0 }) => sum + took, 0);

/** The applications are built side by side, and tested together after the last one. */
function criticalPath(steps: readonly Step[]): string {
  const done = steps.filter(isDone);
  if (done.length === 0) return "Nothing is built or tested.";
  if (done.some(({ took }) => took === undefined))
    return "How long the rest takes is unknown, because no earlier run is known that did all of it.";
  const [slowest] = done
    .filter(({ decision }) => decision === "build")
    .toSorted((one, other) => (other.took ?? 0) - (one.took ?? 0));
  const path = [...(slowest ? [slowest] : []), ...done.filter(({ decision }) => decision === "test")];
  const total = path.reduce((sum, { took = 0 }) => sum + took, 0);
  return `Critical path, by the times of earlier runs: ${path.map(({ work, took = 0 }) => `${work} ${duration(took)}`).join(" → ")}, together ${duration(total)}.`;
}
