/** Rules about all workflows together, which the types of one workflow cannot express. Pure. */
import { type StageName, contractOf, stageNames } from "../../contract/contracts.ts";
import { ancestorsOf } from "./compile-job.ts";
import type { JobSpec, WorkflowSpec } from "./model.ts";

export type Rule =
  | ("workflow-without-jobs" | "workflow-twice" | "title-twice" | "stage-in-no-workflow" | "called-workflow-missing")
  | ("lane-shared-in-one-run" | "lane-of-two-environments" | "environment-without-its-lane" | "lane-of-the-whole-run");

export interface WorkflowFinding {
  readonly rule: Rule;
  readonly message: string;
}

/** @param stages Those that have to be in a workflow */
export function workflowFindings(
  specs: readonly WorkflowSpec[],
  stages: readonly StageName[] = stageNames,
): readonly WorkflowFinding[] {
  return [
    ...specs.flatMap(findingsOf),
    ...twice(specs.map(({ name }) => name)).map((name) =>
      finding("workflow-twice", `Two workflows are called ${name}, and only one file can be; rename one`),
    ),
    ...twice(specs.map(({ title }) => title)).map((title) =>
      finding("title-twice", `Two workflows have the title ${title}; give each its own`),
    ),
    ...twice(stages.map((stage) => contractOf(stage).title)).map((title) =>
      finding("title-twice", `Two stages have the title ${title}; give each its own in contract/contracts.ts`),
    ),
    ...stages
      .filter((stage) => specs.every(({ jobs }) => jobs.every((job) => job.kind !== "stage" || job.stage !== stage)))
      .map((stage) => finding("stage-in-no-workflow", `No workflow runs the stage ${stage}; add a job, or remove it`)),
    ...missing(specs),
    ...environmentFindings(specs),
  ];
}

const finding = (rule: Rule, message: string): WorkflowFinding => ({ rule, message });

const twice = (values: readonly string[]): readonly string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) < index)),
];

function findingsOf({ name, title, jobs, gate, concurrency }: WorkflowSpec): readonly WorkflowFinding[] {
  if (jobs.length === 0) return [finding("workflow-without-jobs", `The workflow ${name} has no job; add one`)];
  const titles = [...jobs.map((job) => job.title), ...(gate ? ["Gate"] : [])];
  const lanes = jobs.flatMap((job) => lanesIn(job).map((lane) => ({ lane, id: job.id })));
  const before = new Map(jobs.map(({ id }) => [id, ancestorsOf(id, jobs)]));
  const ordered = (a: string, b: string): boolean => before.get(a)!.includes(b) || before.get(b)!.includes(a);
  return [
    ...twice(titles).map((one) =>
      finding("title-twice", `Two jobs of ${title} have the title ${one}; give each its own`),
    ),
    ...lanes.flatMap(({ lane, id }, index) =>
      lanes
        .slice(0, index)
        .filter((other) => other.lane === lane && other.id !== id && !ordered(other.id, id))
        .map((other) =>
          finding(
            "lane-shared-in-one-run",
            `${name}: the jobs ${other.id} and ${id} share the concurrency group ${lane}, and neither needs the other; let one need the other`,
          ),
        ),
    ),
    ...lanes
      .filter(({ lane }) => lane === concurrency?.group)
      .map(({ lane, id }) =>
        finding(
          "lane-of-the-whole-run",
          `${name}: the job ${id} waits for its own run, which has the concurrency group ${lane}, too; rename one of them`,
        ),
      ),
  ];
}

const runningIn = (job: JobSpec) =>
  job.kind === "stage" ? [contractOf(job.stage)] : job.kind === "steps" ? [job] : [];

/** The concurrency groups of a job; of one that calls a workflow, those of its jobs. */
const lanesIn = (job: JobSpec): readonly string[] =>
  job.kind === "call"
    ? job.workflow.jobs.flatMap(lanesIn)
    : runningIn(job).flatMap(({ concurrencyGroup }) => concurrencyGroup ?? []);

const missing = (specs: readonly WorkflowSpec[]): readonly WorkflowFinding[] =>
  specs.flatMap(({ name, jobs }) =>
    jobs
      .filter((job) => job.kind === "call")
      .filter(({ workflow }) => !specs.includes(workflow))
      .map(({ id, workflow }) =>
        finding(
          "called-workflow-missing",
          `${name}: the job ${id} calls ${workflow.name}, which synth does not write; add it to the list`,
        ),
      ),
  );

interface Deploying {
  readonly where: string;
  readonly environment: string;
  readonly lane: string | undefined;
}

/** The stages and jobs that use an environment. One that an input chooses gives no secret, and so changes nothing. */
const deploying = (specs: readonly WorkflowSpec[]): readonly Deploying[] =>
  [
    ...stageNames.map((stage) => ({ where: `The stage ${stage}`, ...contractOf(stage) })),
    ...specs.flatMap(({ name, jobs }) =>
      jobs.filter((job) => job.kind === "steps").map((job) => ({ where: `${name}: the job ${job.id}`, ...job })),
    ),
  ].flatMap(({ where, environment, concurrencyGroup: lane }) =>
    typeof environment === "string" ? [{ where, environment, lane }] : [],
  );

/** The jobs of one environment run in one concurrency group, so that no two of them change the same machine at once. */
function environmentFindings(specs: readonly WorkflowSpec[]): readonly WorkflowFinding[] {
  const used = deploying(specs);
  return used.flatMap(({ where, environment, lane }, index) => {
    const wanted = used.find((one) => one.environment === environment && one.lane !== undefined)?.lane ?? environment;
    const other = used
      .slice(0, index)
      .find((one) => lane !== undefined && one.lane === lane && one.environment !== environment);
    return [
      ...(lane === wanted
        ? []
        : [
            finding(
              "environment-without-its-lane",
              `${where} uses the environment ${environment} outside of its concurrency group; add concurrencyGroup: "${wanted}"`,
            ),
          ]),
      ...(other
        ? [
            finding(
              "lane-of-two-environments",
              `${where} shares the concurrency group ${lane} with another environment: ${other.where}; use another group`,
            ),
          ]
        : []),
    ];
  });
}
