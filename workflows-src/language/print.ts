/** Prints a compiled workflow as YAML. Pure. */
import { Document, type Pair, type Scalar, isPair, isScalar, visit } from "yaml";
import { type Action, actions, pinned } from "./actions.ts";
import { compile } from "./compile.ts";
import type { WorkflowSpec } from "./model.ts";
import { permissionsOf } from "./permissions.ts";

/** With comments: the version of each pinned action, and for each permission the action that needs it. */
export function print(spec: WorkflowSpec): string {
  const document = new Document(compile(spec).workflow, { aliasDuplicateObjects: false });
  const versions = new Map(Object.values<Action>(actions).map((action) => [pinned(action), action.version]));
  visit(document, {
    Pair(_, pair: Pair) {
      if (!isScalar(pair.key) || !isScalar(pair.value)) return;
      const { key, value } = pair as { readonly key: Scalar; readonly value: Scalar };
      // A workflow of this repository has no version.
      const version = versions.get(String(value.value));
      if (key.value === "uses" && version !== undefined) value.comment = ` ${version}`;
    },
  });
  for (const job of spec.jobs)
    for (const { permission, neededBy } of permissionsOf(job)) {
      const granted = document.getIn(["jobs", job.id, "permissions", permission], true);
      if (isScalar(granted)) granted.comment = ` ${neededBy}`;
    }
  visit(document, {
    Pair(_, pair) {
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === "jobs") pair.key.spaceBefore = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}
