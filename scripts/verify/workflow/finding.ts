/** One thing that is wrong in a workflow, and where. */

export interface Position {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

export interface Finding extends Position {
  readonly file: string;
  /** The rule's name; a rule of another tool begins with the name of the tool, such as `zizmor/unpinned-uses`. */
  readonly rule: string;
  readonly message: string;
  /** The place in the generated file, where `file` is the TypeScript that it is generated from. */
  readonly generated?: Position & { readonly file: string };
}

export const start: Position = { line: 1, column: 1 };

/** One line: `file:line:column: rule: message`. */
export const formatFinding = ({ file, line, column, rule, message, generated }: Finding): string =>
  `${file}:${line}:${column}: ${rule}: ${oneLine(message)}${generated ? ` [${generated.file}:${generated.line}:${generated.column}]` : ""}`;

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/gu, " ");

/** Sorted by place, each finding once. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const byText = new Map(findings.map((finding) => [formatFinding(finding), finding]));
  return [...byText.values()].toSorted(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
