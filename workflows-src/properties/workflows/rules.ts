/** The rules of the workflows. Pure. */
import { type Files, type Finding, findingsOf } from "../core/rule.ts";
import { conditions, emptyMatrix, gate, results, secretsOnMain } from "./conditions.ts";
import { keys, matrixType, minutes } from "./jobs.ts";
import { steps } from "./steps.ts";
import { everyStage, handedOn, oneAtATime, ownNames, pins, provenAnew, uploads } from "./together.ts";
import { whole } from "./whole.ts";
import { type Workflow, jobsOf, readWorkflow } from "./workflow.ts";

export const jobRules = [
  keys,
  minutes,
  matrixType,
  steps,
  conditions,
  results,
  emptyMatrix,
  secretsOnMain,
  uploads,
  handedOn,
];
export const workflowRules = [whole, gate, ownNames];
export const rulesOfAll = [oneAtATime, everyStage, provenAnew, pins];

export const findingsInWorkflows = (workflows: readonly Workflow[]): readonly Finding[] => [
  ...workflows.flatMap(jobsOf).flatMap((job) => findingsOf(jobRules, job)),
  ...workflows.flatMap((workflow) => findingsOf(workflowRules, workflow)),
  ...findingsOf(rulesOfAll, workflows),
];

export const isWorkflow = (path: string): boolean => path.startsWith(".github/workflows/");

/** Every workflow among the files, also one that was written by hand. */
export const workflowsIn = (files: Files): readonly Workflow[] =>
  [...files].flatMap(([path, text]) => (isWorkflow(path) ? [readWorkflow(path, text)] : []));
