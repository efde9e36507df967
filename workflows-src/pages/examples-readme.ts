/** The README of the examples, from the table of forms. Pure. */
import { forms } from "./forms.ts";

const table = (head: readonly [string, string], rows: readonly (readonly [string, string])[]): string =>
  [head, ["---", "---"] as const, ...rows].map(([left, right]) => `| ${left} | ${right} |`).join("\n");

export const examplesReadme = (): string => `# examples

The usual things that maintainers write in workflows, each as a workflow of at most 30 lines in this language. The tests compile
every example, give the result to GitHub's parser, GitHub's language service and actionlint, and simulate it.

${table(
  ["form", "example"],
  forms.flatMap((form) =>
    "example" in form ? [[form.form, `[${form.example}.ts](${form.example}.ts)`] as const] : [],
  ),
)}

## What the language does not have

${table(
  ["form", "reason"],
  forms.flatMap((form) => ("reason" in form ? [[form.form, form.reason] as const] : [])),
)}
`;
