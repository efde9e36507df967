/** Text for the summary of a job on GitHub. Pure. */

/** A table of Markdown. @param rows the first is its head; they may contain any text, such as the name of a file */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...others] = rows.map((cells) => `| ${cells.map(escaped).join(" | ")} |`);
  const line = `| ${(rows[0] ?? []).map(() => "---").join(" | ")} |`;
  return [head, line, ...others].join("\n");
}

const escaped = (cell: string): string =>
  cell.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll(/\s+/gu, " ");
