import { type Rule, findingAt } from "../workflow/workflow.ts";

/** GitHub refuses a longer expression when a run starts; a text with `${{ }}` counts as one expression. */
const limit = 21_000;

export const expressionLength: Rule = (workflow) =>
  workflow.document.texts
    .filter(({ path, value }) => value.length > limit && (path.at(-1) === "if" || value.includes("${{")))
    .map(({ path, value }) =>
      findingAt(
        workflow,
        path,
        "expression-length",
        `an expression of ${value.length} characters: GitHub accepts ${limit}. Put the script or the value into a file`,
      ),
    );
