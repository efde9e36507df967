/** Rows of a table of tests, each with its name as the first value: `%s` in a title prints it. */
export const byName = <Row extends { readonly name: string }>(
  rows: readonly Row[],
): readonly (readonly [string, Row])[] => rows.map((row) => [row.name, row]);
