/** Short texts of workflows, for tests. */
import { rules } from "../rules/rules.ts";
import { parseYaml } from "../workflow/document.ts";
import { type Workflow, workflowOf } from "../workflow/workflow.ts";

export function parsed(yaml: string): Workflow {
  const document = parseYaml("w.yml", yaml);
  if (!("texts" in document)) throw new Error(`${document.rule}: ${document.message}`);
  return workflowOf(document);
}

/** The rules that report something. */
export function reported(yaml: string, called: Readonly<Record<string, string>> = {}): readonly string[] {
  const workflow = parsed(yaml);
  const others = new Map(Object.entries(called).map(([uses, text]) => [uses, parsed(text)]));
  return [...new Set(rules.flatMap((rule) => rule(workflow, (uses) => others.get(uses))).map(({ rule }) => rule))];
}

export const indented = (text: string, spaces: number): string => text.replaceAll(/^(?=.)/gmu, " ".repeat(spaces));
export const work = "runs-on: ubuntu-24.04\nsteps: [{ run: make }]";
export const jobs = (all: Readonly<Record<string, string>>, on: string): string =>
  `on: ${on}\njobs:\n${Object.entries(all)
    .map(([id, settings]) => `  ${id}:\n${indented(settings, 4)}\n`)
    .join("")}`;
export const one = (settings: string, on = "push"): string => jobs({ one: settings }, on);
/** A job `build`, and a job after it. */
export const after = (settings: string, id = "after", on = "push"): string =>
  jobs({ build: work, [id]: `needs: build\n${settings}` }, on);
