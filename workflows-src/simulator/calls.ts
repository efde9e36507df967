/** Called workflows: the errors for which GitHub refuses a whole run before any job starts. Pure. */
import { posix } from "node:path";
import { problemsOfCall } from "./inputs.ts";
import { type Granted, excessOf } from "./permissions.ts";
import { type Job, type Workflow, triggerOf } from "./workflow.ts";

/** Source: docs.github.com, "Reuse workflows", limitations: a chain of ten workflows, the caller included. */
const maxLevels = 10;

/** The path in this repository of the workflow that a job calls; undefined where it is in another repository. */
export const calledPath = (uses: string): string | undefined =>
  uses.startsWith("./") ? posix.normalize(uses) : undefined;

type Find = (path: string) => Workflow | undefined;

/**
 * @param file of the workflow
 * @param ceiling returns what the token of a calling job may do
 */
export function refusals(
  workflow: Workflow,
  file: string,
  find: Find,
  ceiling: (job: Job, workflow: Workflow) => Granted,
  chain: readonly string[] = [file],
): readonly string[] {
  return Object.entries(workflow.jobs).flatMap(([id, job]) => {
    const path = job.uses === undefined ? undefined : calledPath(job.uses);
    if (path === undefined) return [];
    if (chain.includes(path)) return [`${id}: ${path} calls itself`];
    if (chain.length === maxLevels) return [`${id}: more than ${maxLevels} workflows call one another`];
    const called = find(path);
    if (called === undefined) return [`${id}: there is no workflow ${path}`];
    const trigger = triggerOf(called, "workflow_call");
    if (trigger === undefined) return [`${id}: ${path} has no event workflow_call`];
    const passed = job.secrets === "inherit" ? undefined : Object.keys(job.secrets ?? {});
    const missing = Object.entries(trigger.secrets ?? {}).flatMap(([name, secret]) =>
      secret?.required === true && passed?.includes(name) === false ? [name] : [],
    );
    const granted = ceiling(job, workflow);
    const excess = [called.permissions, ...Object.values(called.jobs).map(({ permissions }) => permissions)];
    return [
      ...problemsOfCall(trigger.inputs ?? {}, job.with ?? {}).map((problem) => `${id}: ${problem}`),
      ...missing.map((name) => `${id}: the called workflow requires the secret ${name}`),
      ...[...new Set(excess.flatMap((asked) => excessOf(asked, granted)))].map(
        (permission) => `${id}: the called workflow asks for ${permission}, which the caller does not grant`,
      ),
      ...refusals(called, path, find, ceiling, [...chain, path]),
    ];
  });
}
