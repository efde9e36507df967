/** The legs of a matrix. Source of each rule: actions/runner, src/Sdk/WorkflowParser/Conversion/MatrixBuilder.cs. Pure. */
import { type Scope, valueOf } from "./expressions.ts";
import { fromData, unknown } from "./values.ts";
import { type Strategy, isList } from "./workflow.ts";

/** The values of one leg, by dimension. */
export type Leg = Readonly<Record<string, unknown>>;

/** The legs; `unknown` where they follow from an unknown value; or the error with which GitHub fails the job. */
export type Legs = readonly Leg[] | typeof unknown | { readonly error: string };

/** The text in the name of a leg's job: its scalar values, separated by commas, without those that `include` added. */
export const labelOf = (leg: Leg): string => scalarsIn(leg).join(", ");

const scalarsIn = (value: unknown): readonly string[] => {
  if (isList(value)) return value.flatMap(scalarsIn);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(scalarsIn);
  return typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value !== "")
    ? [String(value)]
    : [];
};

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !isList(value);

/** A leg, and the name that distinguishes it. */
export interface NamedLeg {
  readonly label: string;
  readonly values: Leg;
}

/** @throws Error when an expression of the matrix fails */
export function legsOf(
  strategy: Strategy | undefined,
  scope: Scope,
): readonly NamedLeg[] | Exclude<Legs, readonly Leg[]> {
  if (strategy?.matrix === undefined) return [{ label: "", values: {} }];
  const matrix = resolved(strategy.matrix, scope);
  if (hasUnknown(matrix)) return unknown;
  if (!isMapping(matrix)) return { error: "the matrix is not a mapping" };
  const { include = [], exclude = [], ...vectors } = matrix;
  for (const [name, vector] of Object.entries(vectors)) {
    if (!isList(vector)) return { error: `the matrix dimension ${name} is not a list` };
    if (vector.length === 0) return { error: `the matrix dimension ${name} is empty` };
  }
  if (!isList(include) || !include.every(isMapping)) return { error: "include is not a list of mappings" };
  if (!isList(exclude) || !exclude.every(isMapping)) return { error: "exclude is not a list of mappings" };
  if (Object.keys(vectors).length === 0 && include.length === 0)
    return { error: "the matrix has neither a dimension nor an include" };
  const legs = combine(vectors as Readonly<Record<string, readonly unknown[]>>, include, exclude);
  if (legs.length > maxLegs) return { error: `the matrix has ${legs.length} legs; GitHub allows ${maxLegs}` };
  // A matrix whose combinations are all excluded runs once, without values.
  return legs.length > 0 ? legs : [{ label: "", values: {} }];
}

/** Source: docs.github.com, "Usage limits": a matrix can generate a maximum of 256 jobs. */
const maxLegs = 256;

function resolved(written: unknown, scope: Scope): unknown {
  if (typeof written === "string") return fromData(valueOf(written, scope));
  if (isList(written)) return written.map((one) => resolved(one, scope));
  if (!isMapping(written)) return written;
  return Object.fromEntries(Object.entries(written).map(([key, value]) => [key, resolved(value, scope)]));
}

const hasUnknown = (value: unknown): boolean =>
  value === unknown || (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown));

function combine(
  vectors: Readonly<Record<string, readonly unknown[]>>,
  include: readonly Leg[],
  exclude: readonly Leg[],
): readonly NamedLeg[] {
  const combinations = Object.entries(vectors).reduce<readonly Leg[]>(
    (legs, [name, vector]) => legs.flatMap((leg) => vector.map((value) => ({ ...leg, [name]: value }))),
    Object.keys(vectors).length > 0 ? [{}] : [],
  );
  const kept = combinations.filter((leg) => !exclude.some((one) => matches(leg, one)));
  const own = (added: Leg): Leg => pick(added, (name) => Object.hasOwn(vectors, name));
  const extended = kept.map((leg) => ({
    label: labelOf(leg),
    values: Object.assign(
      {},
      leg,
      ...include
        .filter((added) => matches(leg, own(added)))
        .map((added) => pick(added, (name) => !Object.hasOwn(vectors, name))),
    ) as Leg,
  }));
  // An entry that extends no combination is a leg of its own, also where the combination that it names is excluded.
  const further = include.filter((added) => !kept.some((leg) => matches(leg, own(added))));
  const separate = further.map((added): Leg => ({ ...own(added), ...added }));
  return [...extended, ...separate.map((values) => ({ label: labelOf(values), values }))];
}

const pick = (leg: Leg, isWanted: (name: string) => boolean): Leg =>
  Object.fromEntries(Object.entries(leg).filter(([name]) => isWanted(name)));

/** Whether the combination has all values of the filter. A list or mapping in it matches what contains it. */
const matches = (leg: Leg, filter: Leg): boolean =>
  Object.entries(filter).every(([name, value]) => Object.hasOwn(leg, name) && equal(leg[name], value));

const equal = (one: unknown, other: unknown): boolean =>
  isMapping(one) && isMapping(other)
    ? matches(one, other)
    : isList(one) && isList(other)
      ? other.length <= one.length && other.every((value, index) => equal(one[index], value))
      : String(one).toUpperCase() === String(other).toUpperCase();
