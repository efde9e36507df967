/** A job as others read it in `needs` and in `jobs`. Pure. */
import { isKnownText } from "./expressions.ts";
import type { SimulatedJob } from "./simulation.ts";
import { Open, unknown } from "./values.ts";

export function contextOf({ result, outputs, opaque = false }: SimulatedJob): object {
  const entries = Object.entries(outputs).map(([key, text]) => [key, isKnownText(text) ? text : unknown]);
  const known = Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
  return {
    result: result === "unknown" ? unknown : result,
    outputs: opaque ? new Open(known) : known,
  };
}
