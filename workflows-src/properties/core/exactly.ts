/** Compares parsed text with what a rule expects: plain values exactly, and schemas where several values are right. Pure. */
import * as v from "valibot";

const isSchema = (expected: unknown): expected is v.GenericSchema =>
  typeof expected === "object" && expected !== null && "~standard" in expected;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A key that is expected to be `undefined` has to be absent. */
function matches(expected: unknown, actual: unknown): boolean {
  if (isSchema(expected)) return v.is(expected, actual);
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((element, index) => matches(element, actual[index]))
    );
  if (!isMapping(expected)) return expected === actual;
  return (
    isMapping(actual) &&
    Object.keys(actual).every((key) => Object.hasOwn(expected, key) && expected[key] !== undefined) &&
    Object.entries(expected).every(([key, value]) => matches(value, actual[key]))
  );
}

/** What `matches` compares, as a schema: it finds every difference, and takes much longer to build. */
function schemaOf(expected: unknown): v.GenericSchema {
  if (isSchema(expected)) return expected;
  if (Array.isArray(expected)) return v.strictTuple(expected.map(schemaOf));
  if (expected === null) return v.null();
  if (typeof expected === "object")
    return v.strictObject(
      Object.fromEntries(
        Object.entries(expected)
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => [key, schemaOf(value)]),
      ),
    );
  return v.literal(expected as v.Literal);
}

/** The differences, each with its place. */
export const differences = (place: string, expected: unknown, actual: unknown): readonly string[] =>
  (matches(expected, actual) ? [] : (v.safeParse(schemaOf(expected), actual).issues ?? [])).map((issue) => {
    const below = v.getDotPath(issue);
    return `${place}${below === null ? "" : `.${below}`}: ${issue.message}`;
  });

/** As JSON; where several values are right, `…`. */
const shown = (expected: unknown): string =>
  JSON.stringify(expected, (_, value: unknown) => (isSchema(value) ? "…" : value));

/** A list with exactly these elements, in any order. */
export function inAnyOrder(...expected: readonly unknown[]): v.GenericSchema {
  const compared = (actual: unknown) => {
    const missing = [...expected];
    const extra = (Array.isArray(actual) ? actual : [actual]).filter((element) => {
      const index = missing.findIndex((wanted) => matches(wanted, element));
      if (index >= 0) missing.splice(index, 1);
      return index < 0;
    });
    return { extra, missing };
  };
  return v.custom<unknown>(
    (actual) => {
      const { extra, missing } = compared(actual);
      return Array.isArray(actual) && extra.length === 0 && missing.length === 0;
    },
    ({ input }) => {
      const { extra, missing } = compared(input);
      return `Invalid list: Expected also ${shown(missing)}, and not ${shown(extra)}`;
    },
  );
}

export const text = (pattern: RegExp): v.GenericSchema =>
  v.pipe(
    v.string(),
    v.regex(pattern, ({ received }) => `${received} does not match ${pattern}`),
  );

export const integer = (least: number, most: number): v.GenericSchema =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60 };

/** Seconds of a duration such as `300ms`, `10s` or `10m`; not a number if it is something else. */
export function secondsOf(written: unknown): number {
  const [, amount, unit = ""] = /^(\d+)(ms|s|m)$/u.exec(String(written)) ?? [];
  return Number(amount) * (unitSeconds[unit] ?? Number.NaN);
}

export const duration = (least: number, most: number): v.GenericSchema =>
  v.custom<unknown>(
    (written) => secondsOf(written) >= least && secondsOf(written) <= most,
    ({ received }) => `${received} is not a duration from ${least} to ${most} seconds`,
  );

/** MiB such as `384M`. */
export const mebibytes = (least: number, most: number): v.GenericSchema =>
  v.custom<unknown>(
    (written) => {
      const amount = Number(/^(\d+)M$/u.exec(String(written))?.[1]);
      return amount >= least && amount <= most;
    },
    ({ received }) => `${received} is not a size from ${least}M to ${most}M`,
  );
