/** The permissions of a job: those that its actions need, those that it asks for, and no others. Pure. */
import { type Action, type Permission, actions, pinned } from "./actions.ts";
import type { JobSpec } from "./model.ts";
import { stepsOf } from "./steps.ts";

interface Grant {
  readonly permission: Permission;
  readonly level: "read" | "write";
  /** The repository of the action that needs the permission, or what else needs it. */
  readonly neededBy: string;
}

const grantsIn = (permissions: object, neededBy: string): readonly Grant[] =>
  Object.entries(permissions).map(([permission, level]) => ({
    permission: permission as Permission,
    level: level as Grant["level"],
    neededBy,
  }));

/** One grant for each permission: the higher level of those that are needed. */
export function permissionsOf(job: JobSpec): readonly Grant[] {
  const granted = new Map<Permission, Grant>();
  for (const grant of needed(job))
    if (granted.get(grant.permission)?.level !== "write") granted.set(grant.permission, grant);
  return [...granted.values()];
}

/** A called workflow gets no more than its caller grants, so the caller grants what each of its jobs needs. */
function needed(job: JobSpec): readonly Grant[] {
  if (job.kind === "call")
    return job.workflow.jobs
      .flatMap(permissionsOf)
      .map((grant) => ({ ...grant, neededBy: `${job.workflow.name}.yml` }));
  const used = new Set(stepsOf(job).flatMap(({ uses: action }) => (action ? [action] : [])));
  const ofActions = Object.values<Action>(actions)
    .filter((action) => used.has(pinned(action)))
    .flatMap(({ repository, permissions }) => grantsIn(permissions, repository));
  return job.kind === "steps" ? [...ofActions, ...grantsIn(job.permissions, "steps of the job")] : ofActions;
}
