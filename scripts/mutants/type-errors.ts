/** Many mutants in one pass of the type checker: each of them is on lines of its own, and an error there is its own. Pure. */
import type { Judged, Mutant } from "./mutant.ts";

const linesIn = (text: string): number => text.split("\n").length - 1;
const lastLine = ({ line, original }: Mutant): number => line + linesIn(original);
const overlap = (one: Mutant, other: Mutant): boolean =>
  one.file === other.file && one.line <= lastLine(other) && other.line <= lastLine(one);

/** Passes of mutants that share no line. */
export function passesOf(judged: readonly Judged[]): readonly (readonly Judged[])[] {
  const passes: Judged[][] = [];
  for (const one of judged) {
    const pass = passes.find((others) => !others.some(({ mutant }) => overlap(mutant, one.mutant)));
    if (pass) pass.push(one);
    else passes.push([one]);
  }
  return passes;
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

interface ErrorOfTypes {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const errorsIn = (output: string): readonly ErrorOfTypes[] =>
  [...output.matchAll(/^(\S+)\((\d+),\d+\): error (.*)$/gmu)].map(([, file = "", line, message = ""]) => ({
    file,
    line: Number(line),
    message,
  }));

export const allErrors = (output: string): readonly string[] => errorsIn(output).map(({ message }) => message);

/** The errors on the lines of a mutant. */
export const errorsOf = (output: string, mutant: Mutant): readonly string[] =>
  errorsIn(output)
    .filter(({ file, line }) => file === mutant.file && line >= mutant.line && line <= lastLine(mutant))
    .map(({ message }) => message);
