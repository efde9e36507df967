/** Decides whether a job runs, and gives the reason: the parts of its condition with the values that they read. Pure. */
import type { Expr } from "@actions/expressions/ast";
import {
  type Scope,
  type Statuses,
  evaluateExpression,
  parseExpression,
  segmentsOf,
  statusNames,
  truthOf,
} from "./expressions.ts";
import { accessesIn, callsIn, printExpression, requirements } from "./print-expression.ts";
import { type Truth, shown } from "./values.ts";
import type { Scalar } from "./workflow.ts";

export type Result = "success" | "failure" | "cancelled" | "skipped" | "unknown";

/** One operand of the outermost `&&` of a condition. */
export interface Part {
  readonly text: string;
  readonly value: Truth;
  /** The values that the part reads, by the text that reads them. */
  readonly reads: Readonly<Record<string, string>>;
}

export interface Decision {
  /** The condition as GitHub evaluates it, with the `success()` that it adds. */
  readonly condition: string;
  readonly value: Truth;
  readonly parts: readonly Part[];
}

/** The results of a job's ancestors, by name. */
export type Results = Readonly<Record<string, Result>>;

/**
 * The status functions of a job. They look at all ancestors, not only at the jobs in `needs`: a job behind a skipped job is
 * skipped, too. Source: docs.github.com, "Evaluate expressions", status check functions; actions/runner#491.
 */
export function statusesOf(before: Results): Statuses {
  const results = Object.values(before);
  const some = (result: Result): Truth =>
    results.includes(result) ? true : results.includes("unknown") ? "unknown" : false;
  const all = results.every((result) => result === "success" || result === "unknown");
  return {
    success: all ? (results.includes("unknown") ? "unknown" : true) : false,
    failure: some("failure"),
    cancelled: some("cancelled"),
    always: true,
  };
}

/**
 * The expression of an `if`. A text with `${{ }}` beside other text is a template: it yields a text, which is true unless it is
 * empty. Source: docs.github.com, "Workflow syntax", jobs.<job_id>.if.
 */
function expressionOf(written: Scalar | undefined): string {
  if (written === undefined || written === null || written === "") return "success()";
  const segments = segmentsOf(String(written));
  const [only] = segments;
  if (segments.length === 1 && only !== undefined) return "expression" in only ? only.expression : only.text.trim();
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const expressions = segments.flatMap((part) => ("expression" in part ? [part.expression] : []));
  let place = 0;
  const template = segments.map((part) =>
    "text" in part ? part.text.replaceAll("{", "{{").replaceAll("}", "}}") : `{${place++}}`,
  );
  return `format(${[quoted(template.join("")), ...expressions].join(", ")})`;
}

/** @throws Error when the condition does not parse, or its evaluation fails */
export function decide(written: Scalar | undefined, scope: Scope): Decision {
  const own = parseExpression(expressionOf(written));
  const called = callsIn(own);
  // A condition that calls no status function holds only if all jobs before it succeeded.
  const implied = statusNames.some((name) => called.has(name)) ? [] : [parseExpression("success()")];
  const parts = [...implied, ...requirements(own)].map((part) => partOf(part, scope));
  const values = parts.map(({ value }) => value);
  return {
    condition: [...implied.map(printExpression), implied.length > 0 ? grouped(own) : printExpression(own)].join(" && "),
    value: values.includes(false) ? false : values.includes("unknown") ? "unknown" : true,
    parts,
  };
}

const grouped = (expression: Expr): string => {
  const text = printExpression(expression);
  return text.includes("||") ? `(${text})` : text;
};

function partOf(expression: Expr, scope: Scope): Part {
  const value = truthOf(evaluateExpression(expression, scope));
  const reads = accessesIn(expression).map((access) => [
    printExpression(access),
    shown(evaluateExpression(access, scope)),
  ]);
  return { text: printExpression(expression), value, reads: Object.fromEntries(reads) };
}
