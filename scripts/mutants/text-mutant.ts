/** A mutant of a compiled text: the operators and the deliberate mutants make these. Pure. */
import { UserError } from "../../contract/user-error.ts";
import type { Mutant, Texts } from "./mutant.ts";

export interface TextMutant extends Mutant {
  /** The whole text of the file with the mutation. */
  readonly text: () => string;
}

export interface Found extends TextMutant {
  /** Mutants of one kind differ in the application or the position alone. */
  readonly kind: string;
}

/** @throws UserError for a mutation that changes nothing */
export function applied(mutant: TextMutant, base: Texts): Texts {
  const text = mutant.text();
  if (text === base.get(mutant.file))
    throw new UserError(
      `${mutant.file}:${mutant.line}: the mutation "${mutant.operator}" of ${JSON.stringify(mutant.original)} changes nothing`,
      "Correct the operator or the mutant in scripts/mutants",
    );
  return new Map([...base, [mutant.file, text]]);
}

/** The names of applications, and positions in lists, make no other kind of place. */
export const kindOf = (place: string, applications: readonly string[]): string =>
  [...applications]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((name) => [name, name.replaceAll("-", "_").toUpperCase()])
    .reduce((kind, name) => kind.replaceAll(name, "APP"), place);

/** The first mutant of each kind. */
export const oneOfEach = (found: readonly Found[]): readonly Found[] =>
  [...new Map(found.toReversed().map((one) => [one.kind, one])).values()].toReversed();
