/** A mutant: one change of a source or of a compiled text, which a layer of checks has to notice. */
import type { Files } from "../../workflows-src/properties/core/rule.ts";

export const families = ["sources", "texts", "deliberate"] as const;

export interface Mutant {
  /** A source that Stryker mutated, a compiled text that an operator mutated, or a mistake that a maintainer could make. */
  readonly family: (typeof families)[number];
  readonly file: string;
  readonly line: number;
  /** The kind of change, such as `StringLiteral` or `a key is dropped`. */
  readonly operator: string;
  readonly original: string;
  readonly replacement: string;
  /** The place of the original in a source, in characters. */
  readonly range?: readonly [from: number, to: number];
}

/** The layers of checks, from the one that takes the least time to the one that takes the most. */
export const layers = ["synth", "properties", "verify", "simulation", "types", "nginx"] as const;
export type Layer = (typeof layers)[number];

/** Compiled and mounted files, and the documents with generated tables. */
export type Texts = Files;

/**
 * `unchanged`: every text stays as it is. `comments`: the texts differ in comments alone. Neither is a mutant of what is
 * compiled, so that neither counts.
 */
export type Verdict =
  | { readonly kind: "unchanged" | "comments" }
  | { readonly kind: "survived"; readonly changed: readonly (readonly [path: string, text: string])[] }
  | { readonly kind: "caught"; readonly layer: Layer; readonly finding: string };

export interface Judged {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  readonly milliseconds: number;
}

export const caughtBy = (judged: Judged, layer: Layer, finding: string, milliseconds: number): Judged => ({
  mutant: judged.mutant,
  verdict: { kind: "caught", layer, finding },
  milliseconds: judged.milliseconds + milliseconds,
});
