/** A mutant: one change of a source or of a compiled text, which a layer of checks has to notice. */
import type { Files } from "../../workflows-src/properties/core/rule.ts";

export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** The kind of change, such as `StringLiteral` or `a key is dropped`. */
  readonly operator: string;
  readonly original: string;
  readonly replacement: string;
}

/** The checks, from the cheapest to the most expensive. */
export const layers = ["synth", "properties", "verify", "simulation", "types", "tests", "nginx"] as const;
export type Layer = (typeof layers)[number];

/**
 * `unchanged`: every text stays as it is. `comments`: only comments of the texts change. Neither is a mutant of what is
 * compiled, and neither is counted.
 */
export type Verdict =
  | { readonly kind: "unchanged" | "comments" | "survived" }
  | { readonly kind: "caught"; readonly layer: Layer; readonly finding: string };

export interface Judged {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  readonly milliseconds: number;
}

/** What a mutant compiles to, with the files that the rules read beside it. */
export type Texts = Files;

export const shownPlace = ({ file, line }: Mutant): string => `${file}:${line}`;
