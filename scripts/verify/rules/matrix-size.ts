import { list, mapping } from "../workflow/document.ts";
import { argumentsOf, calledFunction, literalOf, parseExpression, templates } from "../workflow/expressions.ts";
import { type Rule, findingAt } from "../workflow/workflow.ts";

/** GitHub's limit of the jobs of one matrix. */
const limit = 256;

type Leg = Readonly<Record<string, unknown>>;

export const matrixSize: Rule = (workflow) =>
  workflow.jobs.flatMap((job) => {
    const matrix = valueOf(mapping(job.value["strategy"])["matrix"]);
    const path = [...job.path, "strategy", "matrix"];
    const empty = Object.entries(mapping(matrix)).find(
      ([, values]) => Array.isArray(valueOf(values)) && (valueOf(values) as unknown[]).length === 0,
    );
    if (empty)
      return [
        findingAt(workflow, [...path, empty[0]], "matrix-size", `the matrix has no ${empty[0]}: GitHub fails the job`),
      ];
    const size = sizeOf(mapping(matrix));
    return size > limit
      ? [findingAt(workflow, path, "matrix-size", `the matrix has ${size} jobs: GitHub accepts ${limit}`)]
      : [];
  });

/** The number of jobs, as far as it is written: a dimension that is computed counts once. */
function sizeOf({ include, exclude, ...dimensions }: Leg): number {
  const known = Object.entries(dimensions).map(([name, values]) => [name, list(valueOf(values))] as const);
  const product = known.reduce((size, [, values]) => size * Math.max(1, values.length), 1);
  const excluded = list(valueOf(exclude)).map(mapping);
  // Too many to write them down; an exclusion without all dimensions removes several.
  if (product > limit * 256) return product;
  const all = known.reduce<readonly Leg[]>(
    (legs, [name, values]) => legs.flatMap((leg) => values.map((value) => ({ ...leg, [name]: value }))),
    [{}],
  );
  const kept =
    Object.keys(dimensions).length === 0 ? [] : all.filter((leg) => !excluded.some((one) => contains(leg, one)));
  const added = list(valueOf(include))
    .map(mapping)
    .filter(
      (one) =>
        !kept.some((leg) => contains(leg, shared(one, dimensions))) ||
        (Object.keys(shared(one, dimensions)).length === 0 && kept.length === 0),
    );
  return kept.length + added.length;
}

/** The part of an included combination that has to match for it to extend an existing one. */
const shared = (one: Leg, dimensions: Leg): Leg =>
  Object.fromEntries(Object.entries(one).filter(([name]) => name in dimensions));

const contains = (leg: Leg, part: Leg): boolean =>
  Object.entries(part).every(([name, value]) => JSON.stringify(leg[name]) === JSON.stringify(value));

/** What `${{ fromJSON('…') }}` of a literal is; any other value as it is. */
function valueOf(written: unknown): unknown {
  if (typeof written !== "string") return written;
  const tree = parseExpression(templates(written)[0] ?? "");
  const literal = tree && calledFunction(tree) === "fromjson" ? literalOf(argumentsOf(tree)[0]!) : undefined;
  try {
    return typeof literal === "string" ? JSON.parse(literal) : written;
  } catch {
    return written;
  }
}
