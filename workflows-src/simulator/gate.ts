/** The gate of our workflows: the only job whose result follows from the YAML, since it compares two texts. Pure. */
import type { Result } from "./conditions.ts";
import { isKnownText } from "./expressions.ts";
import type { Step, Texts } from "./workflow.ts";

export interface GateResult {
  readonly result: Extract<Result, "success" | "failure" | "unknown">;
  /** The lines that decide. */
  readonly notes: readonly string[];
}

/** @returns undefined where the steps are not those of a gate */
export function gateResult(steps: readonly Step[], env: Texts): GateResult | undefined {
  const compares = steps.some(({ run }) => /^diff\b.*\$EXPECTED\b.*\$ACTUAL\b/u.test(run ?? ""));
  const { EXPECTED: expected, ACTUAL: actual } = env;
  if (!compares || expected === undefined || actual === undefined) return undefined;
  const found = actual.split("\n");
  const pairs = expected.split("\n").map((line, index) => [line, found[index] ?? ""] as const);
  const different = pairs.filter(([one, other]) => isKnownText(one) && isKnownText(other) && one !== other);
  if (different.length > 0 || pairs.length !== found.length)
    return { result: "failure", notes: different.map(([one, other]) => `expects ${one}, and finds ${other}`) };
  const open = pairs.filter(([one, other]) => !isKnownText(one) || !isKnownText(other));
  return open.length === 0
    ? { result: "success", notes: [] }
    : { result: "unknown", notes: open.map(([one, other]) => `expects ${one}, and finds ${other}`) };
}
