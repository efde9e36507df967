/** A rule about compiled files: its name, its reason, and a function that finds what breaks it. Pure. */

export interface Rule<Subject> {
  readonly name: string;
  readonly reason: string;
  /** One text for each place that breaks the rule. It begins with the place. */
  readonly findings: (subject: Subject) => readonly string[];
}

export interface Finding {
  readonly rule: string;
  readonly message: string;
}

export const findingsOf = <Subject>(rules: readonly Rule<Subject>[], subject: Subject): readonly Finding[] =>
  rules.flatMap(({ name, findings }) => findings(subject).map((message) => ({ rule: name, message })));

/** Compiled and mounted files, by their paths from the repository's root. */
export type Files = ReadonlyMap<string, string>;

/** @throws Error if no such file was given */
export function textOf(files: Files, path: string): string {
  const text = files.get(path);
  if (text === undefined) throw new Error(`${path} is not among the compiled files`);
  return text;
}
