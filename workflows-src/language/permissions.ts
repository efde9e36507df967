/** The permissions of a job: those that its actions need, and no others. Pure. */
import { contractOf } from "../../contract/contracts.ts";
import { type Action, type Permission, actions, pinned } from "./actions.ts";
import type { JobSpec } from "./model.ts";
import { stepsOf } from "./steps.ts";

interface Grant {
  readonly permission: Permission;
  readonly level: "read" | "write";
  /** The repository of the action that needs the permission. */
  readonly neededBy: string;
}

export function permissionsOf(job: JobSpec): readonly Grant[] {
  const used = new Set(stepsOf(job, contractOf(job.stage)).flatMap(({ uses: action }) => (action ? [action] : [])));
  return Object.values<Action>(actions)
    .filter((action) => used.has(pinned(action)))
    .flatMap(({ repository, permissions }) =>
      Object.entries(permissions).map(([permission, level]) => ({
        permission: permission as Permission,
        level,
        neededBy: repository,
      })),
    );
}
