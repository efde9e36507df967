/** Mistakes that a maintainer could make in a compiled text, each with what has to notice it. Pure. */
import { UserError } from "../../contract/user-error.ts";
import { textOf } from "../../workflows-src/properties/core/rule.ts";
import { inNginx } from "./deliberate/nginx.ts";
import { inServices } from "./deliberate/services.ts";
import { inWorkflows } from "./deliberate/workflows.ts";
import type { Deliberate } from "./deliberate/deliberate.ts";
import type { Texts } from "./mutant.ts";
import type { TextMutant } from "./text-mutant.ts";

export const deliberate: readonly Deliberate[] = [...inWorkflows, ...inServices, ...inNginx];

/** @throws UserError for a mutant whose place does not exist */
export function deliberateMutant({ name, file, change }: Deliberate, base: Texts): TextMutant {
  const text = textOf(base, file);
  const after = change(text);
  if (after === undefined)
    throw new UserError(`${file}: the mutant "${name}" does not apply`, "Correct it in scripts/mutants/deliberate");
  const [before, changed] = [text.split("\n"), after.split("\n")];
  const first = before.findIndex((line, index) => line !== changed[index]);
  return {
    family: "deliberate",
    file,
    line: first + 1,
    operator: name,
    original: (before[first] ?? "").trim(),
    replacement: (changed[first] ?? "").trim(),
    text: () => after,
  };
}
