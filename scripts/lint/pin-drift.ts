/** Tells a change of pins, as a bot makes it, from other differences between a generated file and its sources. Pure. */
import type { Drift } from "../../workflows-src/synth.ts";

const pin = /^[+-]\s*(?:- )?((?:uses|image):\s+[^@:\s]+)[@:]\S+(?:\s+#\s*\S+)?\s*$/u;

/** Whether the file differs in versions of actions and images alone. */
export function differsInPins({ patch }: Pick<Drift, "patch">): boolean {
  const lines = patch.split("\n").filter((line) => /^[+-](?!--|\+\+)/u.test(line));
  const named = (sign: string): readonly string[] =>
    lines.filter((line) => line.startsWith(sign)).flatMap((line) => pin.exec(line)?.[1] ?? []);
  const [removed, added] = [named("-"), named("+")];
  return (
    lines.length > 0 &&
    removed.length + added.length === lines.length &&
    removed.toSorted().join("\n") === added.toSorted().join("\n")
  );
}

const synth = "run `npm run synth`, which writes the generated files";

/** What to do about generated files that differ from their sources. */
export const driftRemedy = (found: readonly Pick<Drift, "patch">[]): string =>
  found.some(differsInPins)
    ? `if a bot changed the pins, run \`npm run actions -- --adopt\`, which takes them over into their source; otherwise ${synth}`
    : synth;
