/** Values that expressions read and yield. A value that is known only during the run on GitHub is unknown here. Pure. */
import { data } from "@actions/expressions";

/** A condition's value; `unknown` where it depends on an unknown value. */
export type Truth = boolean | "unknown";

/** Stands in texts for an unknown value. */
export const unknownText = "‹unknown›";

/** An unknown value. It is a text for GitHub's library; the evaluator treats it before the library sees it. */
export class Unknown extends data.StringData {
  /** Whether the value counts as true, where that much is known. */
  readonly truth: boolean | undefined;
  /** @param text the value as a text, as far as that is known */
  constructor(truth?: boolean, text = unknownText) {
    super(text);
    this.truth = truth;
  }
}

/** An object with further properties, whose values are unknown. */
export class Open {
  readonly known: Readonly<Record<string, unknown>>;
  constructor(known: Readonly<Record<string, unknown>>) {
    this.known = known;
  }
}

/** An object of GitHub's library for `Open`. */
export class OpenDictionary extends data.Dictionary {
  override get(key: string): data.ExpressionData {
    return super.get(key) ?? new Unknown();
  }
}

export const unknown: unique symbol = Symbol("unknown");

/** @param value JSON, in which `unknown` and `Open` may stand for what is unknown */
export function toData(value: unknown): data.ExpressionData {
  if (value === unknown) return new Unknown();
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "string") return new data.StringData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  if (value instanceof Open) return new OpenDictionary(...pairsOf(value.known));
  return new data.Dictionary(...pairsOf(value));
}

const pairsOf = (value: object) =>
  Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => ({ key, value: toData(one) }));

/** JSON again; unknown values become `unknown`. */
export function fromData(value: data.ExpressionData): unknown {
  if (value instanceof Unknown) return unknown;
  switch (value.kind) {
    case data.Kind.Null:
      return null;
    case data.Kind.String:
    case data.Kind.Number:
    case data.Kind.Boolean:
      return value.value;
    case data.Kind.Array:
      return value.values().map(fromData);
    case data.Kind.Dictionary: {
      const known = Object.fromEntries(value.pairs().map(({ key, value: one }) => [key, fromData(one)]));
      return value instanceof OpenDictionary ? new Open(known) : known;
    }
  }
}

/** Whether a value, or a part of it, is unknown. */
export function isUncertain(value: data.ExpressionData): boolean {
  if (value instanceof Unknown || value instanceof OpenDictionary) return true;
  return value.kind === data.Kind.Array || value.kind === data.Kind.Dictionary
    ? value.values().some(isUncertain)
    : false;
}

/** For a person: texts in quotes, as in an expression. */
export function shown(value: data.ExpressionData): string {
  if (value instanceof Unknown) return "unknown";
  if (value.kind === data.Kind.String) return `'${value.value.replaceAll("'", "''")}'`;
  if (value.kind === data.Kind.Null) return "not set";
  if (value.kind === data.Kind.Array) return `[${value.values().map(shown).join(", ")}]`;
  if (value.kind === data.Kind.Dictionary)
    return `{${value
      .pairs()
      .map(({ key, value: one }) => `${key}: ${shown(one)}`)
      .join(", ")}}`;
  return value.coerceString();
}
