/** What is said about a few measured values. Pure. */

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @returns undefined where nothing was measured */
export function summaryOf(values: readonly number[]): Summary | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return undefined;
  const upper = Math.floor(sorted.length / 2);
  const lower = Math.ceil(sorted.length / 2) - 1;
  return { median: ((sorted[lower] ?? min) + (sorted[upper] ?? max)) / 2, min, max };
}

/**
 * The quotients of values that were measured in the same run, by the number of the run. A run in which one of both is missing
 * has none, so that no value is divided by one of another moment.
 */
export const ratios = (values: ReadonlyMap<number, number>, baseline: ReadonlyMap<number, number>): readonly number[] =>
  [...values].flatMap(([run, value]) => {
    const divisor = baseline.get(run);
    return divisor === undefined || divisor === 0 ? [] : [value / divisor];
  });
