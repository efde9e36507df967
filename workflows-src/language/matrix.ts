/** Matrices: a job that runs once for each value, or for each combination of values. Pure. */
import { Mistake } from "./mistake.ts";
import { type Condition, Expr, notEmpty } from "./expressions.ts";
import { interpolated } from "./library.ts";

export type Item = string | number;

/** The values of one dimension: a list that another job made, or constants. */
export type Values<T> = Expr<readonly T[]> | readonly T[];

export interface Matrix {
  /** Values by key: one leg for each combination. */
  readonly dimensions: Readonly<Record<string, Expr<readonly Item[]> | readonly Item[]>>;
  /** Instead of dimensions: the legs one by one. */
  readonly legs: readonly Readonly<Record<string, Item>>[];
  readonly maxParallel?: number;
  readonly failFast: boolean;
}

/** The options of a job that make its matrix. */
export interface MatrixOptions {
  readonly matrix?: Matrix["dimensions"];
  readonly legs?: Matrix["legs"];
  /** How many legs run at a time; without it, as many as GitHub has runners for. */
  readonly maxParallel?: number;
  /** Whether the first leg that fails ends the others. Otherwise every leg reports its own result. */
  readonly failFast?: boolean;
}

/** GitHub creates no more jobs than this from one matrix. */
const mostLegs = 256;

/** @throws Mistake when GitHub would refuse the matrix, or would change one of its values */
export function matrixOf(id: string, options: MatrixOptions): Matrix | undefined {
  const { matrix: dimensions = {}, legs = [], maxParallel, failFast = false } = options;
  const keys = Object.keys(legs[0] ?? dimensions);
  if (keys.length === 0) {
    if (maxParallel === undefined && options.failFast === undefined) return undefined;
    throw new Mistake("no-matrix", `The job ${id} has no matrix`, "Remove maxParallel and failFast");
  }
  if (legs.length > 0 && Object.keys(dimensions).length > 0)
    throw new Mistake("matrix-and-legs", `The job ${id} has both a matrix and legs`, "Use one of them");
  const constants = Object.values(dimensions).filter((values) => !(values instanceof Expr)) as (readonly Item[])[];
  if (constants.some((values) => values.length === 0))
    throw new Mistake(
      "matrix-empty",
      `The matrix of the job ${id} has a list without values, and GitHub would fail the job`,
      "Add a value, or remove the job",
    );
  const count = constants.reduce((product, values) => product * values.length, Math.max(1, legs.length));
  if (count > mostLegs)
    throw new Mistake(
      "matrix-too-large",
      `The job ${id} has ${count} legs, and GitHub allows ${mostLegs}`,
      "Use fewer values",
    );
  const repeated = [...constants, legs.map((leg) => JSON.stringify(leg))].find(
    (values) => new Set(values).size < values.length,
  );
  if (repeated)
    throw new Mistake(
      "matrix-value-twice",
      `The matrix of the job ${id} contains a value twice: ${repeated.join(", ")}`,
      "Remove one",
    );
  if (legs.some((leg) => Object.keys(leg).toSorted().join() !== keys.toSorted().join()))
    throw new Mistake(
      "legs-differ",
      `The legs of the job ${id} have different keys`,
      `Give each of them all: ${keys.join(", ")}`,
    );
  const fraction = [...constants.flat(), ...legs.flatMap((leg) => Object.values(leg))].find(
    (value) => typeof value === "number" && !Number.isInteger(value),
  );
  if (fraction !== undefined)
    throw new Mistake(
      "matrix-fraction",
      `The matrix of the job ${id} contains ${fraction}, and 1.10 would become 1.1`,
      "Write it as a text",
    );
  if (maxParallel !== undefined && !(Number.isInteger(maxParallel) && maxParallel >= 1))
    throw new Mistake("max-parallel", `The job ${id} runs ${maxParallel} legs at a time`, "Use a whole number from 1");
  return { dimensions, legs, failFast, ...(maxParallel === undefined ? {} : { maxParallel }) };
}

export const keysOf = ({ dimensions, legs }: Matrix): readonly string[] => Object.keys(legs[0] ?? dimensions);

/** The expressions of a leg, with a separator, for titles and names. */
export const legName = (matrix: Matrix, separator: string): string =>
  keysOf(matrix)
    .map((key) => interpolated(`matrix.${key}`))
    .join(separator);

/** The expressions of a leg by key. */
export const legExprs = (matrix: Matrix | undefined): Readonly<Record<string, Expr<Item>>> =>
  Object.fromEntries((matrix ? keysOf(matrix) : []).map((key) => [key, new Expr<Item>(`matrix.${key}`)]));

const listsOf = ({ dimensions }: Matrix): readonly Expr<readonly Item[]>[] =>
  Object.values(dimensions).filter((values) => values instanceof Expr);

/** The conditions under which the matrix has a leg. */
export const matrixConditions = (matrix: Matrix | undefined): readonly Condition[] =>
  matrix ? listsOf(matrix).map(notEmpty) : [];

export const strategyOf = (matrix: Matrix) => ({
  "fail-fast": matrix.failFast,
  ...(matrix.maxParallel === undefined ? {} : { "max-parallel": matrix.maxParallel }),
  matrix:
    matrix.legs.length > 0
      ? { include: matrix.legs.map((leg) => ({ ...leg })) }
      : Object.fromEntries(
          Object.entries(matrix.dimensions).map(([key, values]) => [
            key,
            values instanceof Expr ? interpolated(`fromJSON(${values.text})`) : [...values],
          ]),
        ),
});
