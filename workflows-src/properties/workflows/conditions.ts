/** When a job runs, and what it waits for. */
import { differences } from "../core/exactly.ts";
import type { Rule } from "../core/rule.ts";
import { type Job, type Workflow, ancestorsOf, jobsOf, matrixOf, needsOf, typeOfOutput } from "./workflow.ts";

export const onMain = "github.ref == 'refs/heads/main'";

/** The parts of a condition that `&&` joins, outside of parentheses. */
export function conjunctsOf(condition: string | undefined): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  for (const part of (condition ?? "").split(" && ")) {
    if (depth > 0) parts.push(`${parts.pop()} && ${part}`);
    else parts.push(part);
    depth += part.split("(").length - part.split(")").length;
  }
  return parts.filter((part) => part !== "");
}

const succeeded = (id: string): string => `needs.${id}.result == 'success'`;
const succeededOrSkipped = (id: string): string => `(${succeeded(id)} || needs.${id}.result == 'skipped')`;

/** About the results of jobs, and not a condition of the workflow. */
const isResult = (part: string): boolean => part === "!cancelled()" || /^\(?needs\.[\w-]+\.result == /u.test(part);
export const ownConditions = (job: Job): readonly string[] =>
  conjunctsOf(job.keys.if).filter((part) => !isResult(part));

/** The jobs without whose success this one does not run. */
export const requiredBy = (job: Job): readonly string[] => {
  const parts = conjunctsOf(job.keys.if);
  return needsOf(job).filter((id) => !parts.includes("!cancelled()") || parts.includes(succeeded(id)));
};

function unknownParts(job: Job): readonly string[] {
  const known = new Set(needsOf(job).flatMap((id) => [succeeded(id), succeededOrSkipped(id)]));
  return conjunctsOf(job.keys.if).filter((part) => {
    if (part === "!cancelled()" || part === onMain || known.has(part)) return false;
    const [, output = "", compared] = /^(needs\.[\w-]+\.outputs\.\w+) (== 'true'|!= '\[\]')$/u.exec(part) ?? [];
    const type = typeOfOutput(job, output) ?? "";
    return compared === "== 'true'" ? type !== "`true` or `false`" : !type.startsWith("a JSON list");
  });
}

export const conditions: Rule<Job> = {
  name: "a condition compares results of needed jobs, typed outputs and the branch, and nothing else",
  reason:
    "A comparison with anything else, such as a result that GitHub does not have, is silently false: the job never runs, or always does.",
  findings: (job) => unknownParts(job).map((part) => `${job.place}.if: ${part}`),
};

export const results: Rule<Job> = {
  name: "a job that runs after skipped ones names the result of each job that it needs",
  reason:
    "With a function about results in its condition, a job runs after failed ones, too, unless it excludes them. Where no job before it may be skipped, GitHub's own rule is enough.",
  findings: (job) => {
    const parts = conjunctsOf(job.keys.if);
    if (!parts.some((part) => part.includes("cancelled()"))) return [];
    const mayBeSkipped = [job, ...ancestorsOf(job)].some(({ keys }) => keys.if?.includes("== 'skipped'"));
    return [
      ...needsOf(job)
        .filter((id) => !parts.includes(succeeded(id)) && !parts.includes(succeededOrSkipped(id)))
        .map((id) => `${job.place}.if: the result of ${id} is not compared`),
      ...(mayBeSkipped ? [] : [`${job.place}.if: no job before it may be skipped, so !cancelled() is not needed`]),
    ];
  },
};

export const emptyMatrix: Rule<Job> = {
  name: "a matrix does not run over an empty list",
  reason: "GitHub fails a job with an empty matrix, where nothing had to be done.",
  findings: (job) => {
    const over = matrixOf(job)?.over;
    return over === undefined || conjunctsOf(job.keys.if).includes(`${over} != '[]'`)
      ? []
      : [`${job.place}.if: ${over} is not compared with '[]'`];
  },
};

export const secretsOnMain: Rule<Job> = {
  name: "a job with secrets runs on main, after everything that could show a defect",
  reason:
    "A branch or a fork could print the secrets, and a release that was not checked could reach production. The settings on GitHub restrict the environments to main, too.",
  findings: (job) => {
    if (job.contract.environment === undefined) return [];
    const before = new Set([job.id, ...ancestorsOf(job).map(({ id }) => id)]);
    const unawaited = jobsOf(job.workflow).filter(
      ({ id, contract }) => contract.environment === undefined && !before.has(id),
    );
    return [
      ...(conjunctsOf(job.keys.if).includes(onMain) ? [] : [`${job.place}.if: ${onMain} is missing`]),
      ...unawaited.map(({ id }) => `${job.place}.needs: it does not wait for ${id}`),
    ];
  },
};

/** The conditions of the job, and of the jobs without which it does not run. */
const allConditions = (job: Job): readonly string[] => {
  const required = jobsOf(job.workflow).filter(({ id }) => requiredBy(job).includes(id));
  const own = ownConditions(job).map((part) => (part.includes(" || ") ? `(${part})` : part));
  return [...new Set([...required.flatMap(allConditions), ...(own.length > 0 ? [`(${own.join(" && ")})`] : [])])];
};

const expectedResult = (job: Job): string => {
  const all = allConditions(job);
  return all.length > 0 ? `\${{ ${all.join(" && ")} && 'success' || 'skipped' }}` : "success";
};

export const gate: Rule<Workflow> = {
  name: "the gate compares the result of every job with the one that its conditions require",
  reason:
    "The branch rules require the gate alone. A job that failed, was cancelled, or was skipped because of another one must make it fail.",
  findings: ({ path, keys, ...workflow }) => {
    const jobs = jobsOf({ path, keys, ...workflow });
    const own = keys.jobs?.["gate"];
    if (own === undefined) return jobs.length > 1 ? [`${path}: there are ${jobs.length} jobs, and no gate`] : [];
    const lines = (value: (job: Job) => string) => jobs.map((job) => `${job.id} ${value(job)}`).join("\n");
    return differences(
      `${path}: gate`,
      {
        name: "Gate",
        if: "always()",
        needs: jobs.map(({ id }) => id),
        "runs-on": "ubuntu-24.04",
        permissions: {},
        "timeout-minutes": 5,
        steps: [
          {
            name: "Every job that should have run succeeded",
            env: {
              EXPECTED: lines(expectedResult),
              ACTUAL: lines(({ id }) => `\${{ needs.${id}.result }}`),
            },
            run: 'diff --side-by-side <(echo "$EXPECTED") <(echo "$ACTUAL")\n',
            // Any other shell has no process substitution.
            shell: "bash",
          },
        ],
      },
      own,
    );
  },
};
