import { parseExpression } from "../workflow/expressions.ts";
import { type Job, type Rule, findingAt } from "../workflow/workflow.ts";
import { callsStatus, canRun } from "../workflow/possible.ts";

/** A job whose condition is true in no run, and a job that needs such a job. */
export const neverRuns: Rule = (workflow) => {
  const own = workflow.jobs.filter((job) => {
    const tree = parseExpression(job.condition);
    // A condition that does not parse is reported by GitHub's parser.
    return job.condition !== "" && tree !== undefined && canRun(workflow, { needs: job.needs, tree }) === "impossible";
  });
  const never = new Map(
    own.map((job): [string, string] => [job.id, `the condition \`${job.condition}\` is true in no run`]),
  );
  for (let before = -1; before < never.size;) {
    before = never.size;
    for (const job of workflow.jobs) {
      const idle = job.needs.find((id) => never.has(id));
      if (idle !== undefined && !never.has(job.id) && !survivesSkipped(job))
        never.set(job.id, `the job ${idle}, which it needs, never runs`);
    }
  }
  return workflow.jobs
    .filter(({ id }) => never.has(id))
    .map(({ id, path }) =>
      findingAt(workflow, [...path, "if"], "never-runs", `the job ${id} can never run: ${never.get(id)}`),
    );
};

function survivesSkipped({ condition }: Job): boolean {
  const tree = parseExpression(condition);
  return tree !== undefined && callsStatus(tree);
}
