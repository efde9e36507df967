/** One application of the catalog, and how a finding about it is worded. Pure. */
import type { AppSpec } from "../../apps/catalog.ts";

export interface Entry {
  readonly name: string;
  readonly app: AppSpec;
}

/** A rule about one application. It returns no text where the rule is kept. */
export type EntryRule = (entry: Entry) => readonly string[];

/** `shop: threads is 0.5; use a whole number from 1 to 64` */
export const found = ({ name }: Entry, field: string, value: unknown, remedy: string): string =>
  `${name}: ${field} is ${typeof value === "number" ? value : JSON.stringify(value)}; ${remedy}`;
