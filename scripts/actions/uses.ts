/** The steps of workflows that use an action: what they give to it, and what is read of it. Pure. */
import { UserError } from "../../contract/user-error.ts";
import { parseYaml, text } from "../verify/workflow/document.ts";
import { type Job, workflowOf } from "../verify/workflow/workflow.ts";

export interface Use {
  readonly file: string;
  readonly line: number;
  /** The repository of the action, and its folder there. */
  readonly id: string;
  readonly inputs: readonly string[];
  /** The outputs that expressions of the job read. */
  readonly reads: readonly string[];
}

/** @throws UserError for a file that is not YAML */
export function usesIn(file: string, content: string): readonly Use[] {
  const document = parseYaml(file, content);
  if ("message" in document)
    throw new UserError(`${file}:${document.line} is not a workflow: ${document.message}`, "Correct the file first");
  const readIn = ({ id: job }: Job, step: string): readonly string[] =>
    step === ""
      ? []
      : document.texts
          .filter(({ path }) => path[0] === "jobs" && path[1] === job)
          .flatMap(({ value }) => [...value.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/gu)])
          .flatMap(([, of, name = ""]) => (of === step ? [name] : []));
  return workflowOf(document).jobs.flatMap((job) =>
    job.steps
      .filter(({ value }) => text(value["uses"]).includes("@"))
      .map(({ path, id, value, with: inputs }) => ({
        file,
        line: document.at([...path, "uses"]).line,
        id: text(value["uses"]).replace(/@.*$/u, ""),
        inputs: Object.keys(inputs),
        reads: [...new Set(readIn(job, id))],
      })),
  );
}
