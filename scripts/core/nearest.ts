/** The word that a misspelled one was probably meant to be. Pure. */

/** At most this many letters may be missing, added, changed, or swapped with their neighbour. */
const maxDistance = 2;

export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    // Otherwise every short word would be near every other short word.
    .filter((found) => found.distance <= Math.min(maxDistance, Math.floor(found.candidate.length / 2)))
    .toSorted((one, other) => one.distance - other.distance);
  return best?.candidate;
}

/** The Damerau–Levenshtein distance (optimal string alignment). */
export function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= one.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= other.length; column++) {
      const changed = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + changed,
          ...(swapped ? [at(row - 2, column - 2) + 1] : []),
        ),
      );
    }
  }
  return at(one.length, other.length);
}
