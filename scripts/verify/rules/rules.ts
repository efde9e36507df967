/** Our own rules: what neither GitHub's parser and language service nor actionlint, shellcheck and zizmor report. */
import type { Rule } from "../workflow/workflow.ts";
import { cancellablePublish } from "./cancellable-publish.ts";
import { expressionLength } from "./expression-length.ts";
import { forkSecret } from "./fork-secret.ts";
import { impossibleComparison } from "./impossible-comparison.ts";
import { matrixSize } from "./matrix-size.ts";
import { neverRuns } from "./never-runs.ts";
import { permissionsExceeded } from "./permissions-exceeded.ts";
import { secretOutput } from "./secret-output.ts";
import { unreadOutput } from "./unread-output.ts";
import { weakGate } from "./weak-gate.ts";

export const rules: readonly Rule[] = [
  permissionsExceeded,
  expressionLength,
  matrixSize,
  impossibleComparison,
  neverRuns,
  unreadOutput,
  weakGate,
  forkSecret,
  cancellablePublish,
  secretOutput,
];
