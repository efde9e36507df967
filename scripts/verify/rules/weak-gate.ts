import { mapping, text } from "../workflow/document.ts";
import {
  argumentsOf,
  below,
  calledFunction,
  comparedBy,
  isNegation,
  literalOf,
  parseExpression,
  propertiesIn,
  propertyOf,
} from "../workflow/expressions.ts";
import { canRun } from "../workflow/possible.ts";
import { results } from "../workflow/values.ts";
import { type Job, type Rule, type Workflow, findingAt } from "../workflow/workflow.ts";

const name = "weak-gate";
const unsuccessful = results.filter((result) => result !== "success");
const gateName =
  /(?:^|[^a-z])(?:gate|required|(?:ci|build|tests?|checks?|all)[ _-]?(?:success|passed|pass|green|good|ok|done|complete)|alls?[ _-]?green|status[ _-]?check|conclusion|success)(?:$|[^a-z])/iu;

/**
 * A gate is the job that branch protection requires, so that it stands for all others. GitHub accepts a required job that was
 * skipped, so a gate has to run whatever happened, and to fail for every result that is no success.
 */
export const weakGate: Rule = (workflow) =>
  workflow.jobs.flatMap((job) =>
    isGate(job, workflow) ? [...notRunAfter(job, workflow), ...letThrough(job, workflow)] : [],
  );

function isGate(job: Job, { jobs }: Workflow): boolean {
  if (job.needs.length === 0 || jobs.some(({ needs }) => needs.includes(job.id))) return false;
  if (gateName.test(job.id) || gateName.test(text(job.value["name"]))) return true;
  // A job without a name of a gate is one if it does nothing but look at the results of others.
  return (
    readsResults(job) &&
    job.steps.length > 0 &&
    job.steps.every(
      ({ run, action }) => action.includes("alls-green") || /\bexit\s+[1-9]|\bfalse\b|\bdiff\b|\btest\b|\[/u.test(run),
    )
  );
}

const readsResults = (job: Job): boolean =>
  job.expressions.some(
    ({ path, tree }) =>
      path.includes("steps") &&
      tree &&
      propertiesIn(tree).some(([context, , kind]) => context === "needs" && (kind === undefined || kind === "result")),
  );

/** The results of a needed job after which the gate does not run. */
function notRunAfter(job: Job, workflow: Workflow): ReturnType<Rule> {
  const tree = parseExpression(job.condition);
  if (job.condition !== "" && tree === undefined) return [];
  const skipped = unsuccessful.filter((result) =>
    job.needs.some(
      (id) =>
        canRun(
          workflow,
          { needs: job.needs, tree },
          { known: { [`needs.${id.toLowerCase()}.result`]: result, cancelled: result === "cancelled" } },
        ) === "impossible",
    ),
  );
  if (skipped.length === 0) return [];
  return [
    findingAt(
      workflow,
      [...job.path, "if"],
      name,
      `the gate ${job.id} is skipped when a job before it ended with ${skipped.join(" or ")}, and GitHub accepts a required job that was skipped. Write \`if: always()\``,
    ),
  ];
}

/** The results that the steps of a gate do not look for. */
function letThrough(job: Job, workflow: Workflow): ReturnType<Rule> {
  if (job.steps.some(({ action }) => action.includes("alls-green")) || job.uses !== "") return [];
  const found = new Set(looksFor(job));
  const at = (message: string) => [findingAt(workflow, job.path, name, message)];
  if (found.has("any success"))
    return at(
      `the gate ${job.id} passes when one job succeeded, whatever the others did. Look for failure, cancelled and skipped`,
    );
  if (found.has("success")) return [];
  const missing = unsuccessful.filter((result) => !found.has(result));
  return missing.length === 0
    ? []
    : at(`the gate ${job.id} lets ${missing.join(" and ")} through. Compare each result with success`);
}

/** The results that a gate compares with; `any success` where one success is enough. */
function looksFor(job: Job): readonly string[] {
  const trees = job.expressions.filter(({ path }) => path.includes("steps")).flatMap(({ tree }) => tree ?? []);
  const inExpressions = trees.flatMap((tree) => {
    const negated = new Set(below(tree).flatMap((one) => (isNegation(one) ? below(one) : [])));
    return below(tree).flatMap((one): readonly string[] => {
      const sides = comparedBy(one) ?? (calledFunction(one) === "contains" ? argumentsOf(one) : []);
      if (!sides.some((side) => propertyOf(side)?.[0] === "needs")) return [];
      const literals = sides.map(literalOf).filter((literal) => typeof literal === "string");
      // `contains(needs.*.result, 'success')` is true when one job succeeded; its negation is no gate either.
      return literals.map((literal) =>
        literal === "success" && calledFunction(one) === "contains" && !negated.has(one) ? "any success" : literal,
      );
    });
  });
  const inScripts = job.steps
    .flatMap(({ run, env }) => [run, ...Object.values({ ...mapping(job.value["env"]), ...env }).map(text)])
    .join("\n");
  return [
    ...inExpressions,
    ...results.filter((result) => new RegExp(`\\b${result}\\b`, "u").test(withoutCalls(inScripts))),
  ];
}

/** Without `success()` and its like, which are functions and no results. */
const withoutCalls = (script: string): string =>
  script.replaceAll(/\b\w+\(\)/gu, "").replaceAll(/^\s*(?:echo|#).*$/gmu, "");
