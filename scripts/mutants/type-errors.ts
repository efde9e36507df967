/** Many mutants in one pass of the type checker: each of them is on lines of its own, and an error there is its own. Pure. */
import type { Judged, Mutant } from "./mutant.ts";

const linesIn = (text: string): number => text.split("\n").length - 1;
const lastLine = ({ line, original }: Mutant): number => line + linesIn(original);
const overlap = (one: Mutant, other: Mutant): boolean =>
  one.file === other.file && one.line <= lastLine(other) && other.line <= lastLine(one);

/** The first mutants that share no line. */
export function ofOnePass(judged: readonly Judged[]): readonly Judged[] {
  const pass: Judged[] = [];
  for (const one of judged) if (!pass.some(({ mutant }) => overlap(mutant, one.mutant))) pass.push(one);
  return pass;
}

/** The replacement with as many lines as the original: the lines after it keep their numbers. */
const replacementOf = ({ original, replacement }: Mutant): string => {
  const difference = linesIn(original) - linesIn(replacement);
  return difference >= 0 ? replacement + "\n".repeat(difference) : replacement.replaceAll(/\s*\n\s*/gu, " ");
};

/** @param read returns the text of a source */
export function withMutants(mutants: readonly Mutant[], read: (path: string) => string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const fromTheEnd = mutants.toSorted((a, b) => (b.range?.[0] ?? 0) - (a.range?.[0] ?? 0));
  for (const mutant of fromTheEnd) {
    const { file, range = [0, 0] } = mutant;
    const text = texts.get(file) ?? read(file);
    texts.set(file, text.slice(0, range[0]) + replacementOf(mutant) + text.slice(range[1]));
  }
  return texts;
}

/** The errors on the lines of a mutant. */
export const errorsOf = (output: string, mutant: Mutant): readonly string[] =>
  [...output.matchAll(/^(\S+)\((\d+),\d+\): error (.*)$/gmu)].flatMap(([, file, line, message = ""]) =>
    file === mutant.file && Number(line) >= mutant.line && Number(line) <= lastLine(mutant) ? [message] : [],
  );
