/** The secrets that a job reads. Pure. */
import { type Expr, IndexAccess, Literal } from "@actions/expressions/ast";
import type { Event } from "./event.ts";
import { parseExpression, segmentsOf } from "./expressions.ts";
import { accessesIn, printExpression } from "./print-expression.ts";
import { isRestricted } from "./permissions.ts";
import type { SimulatedJob } from "./simulation.ts";
import { Open, unknown } from "./values.ts";
import type { Job } from "./workflow.ts";

/** Stands for all secrets of the repository. */
export const allSecrets = "all secrets";

/** The names of the secrets that expressions of the job read, in the order in which they stand. */
export function secretsReadBy(job: Job): readonly string[] {
  const read = textsIn(job)
    .flatMap((text) => segmentsOf(text).flatMap((part) => ("expression" in part ? [part.expression] : [])))
    .filter((expression) => /secrets/iu.test(expression))
    .flatMap((expression) => accessesIn(parseExpression(expression)).flatMap(nameIn));
  return [...new Set(read)];
}

const textsIn = (value: unknown): readonly string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(textsIn)
      : [];

/** `secrets` as a whole, and a name that is computed, reach all of them. */
function nameIn(access: Expr): readonly string[] {
  if (!/^secrets\b/iu.test(printExpression(access))) return [];
  const name = access instanceof IndexAccess && access.index instanceof Literal ? access.index.literal : undefined;
  return [name === undefined ? allSecrets : name.coerceString()];
}

/** The token of the run, whose permissions are shown on their own. */
const token = "GITHUB_TOKEN";

/**
 * The secrets that a job reads and gets, and those that it reads without getting them: they are empty texts.
 * @param passed the secrets that a caller passes; undefined where the workflow gets all of the repository
 */
export function reachOf(job: Job, event: Event, passed: readonly string[] | undefined): SimulatedJob["secrets"] {
  const read = [...secretsReadBy(job), ...(job.secrets === "inherit" ? [allSecrets] : [])].filter(
    (name) => name !== token,
  );
  const isReached = (name: string): boolean =>
    !isRestricted(event) && (passed === undefined || name === allSecrets || passed.includes(name));
  return { reached: read.filter(isReached), withheld: read.filter((name) => !isReached(name)) };
}

/** The `secrets` context. */
export function secretsContext(event: Event, passed: readonly string[] | undefined): object {
  if (isRestricted(event)) return { [token]: unknown };
  return passed === undefined ? new Open({}) : Object.fromEntries([token, ...passed].map((name) => [name, unknown]));
}
