/** The shell scripts inside workflows, as files for shellcheck. Pure. */
import { LineCounter, isScalar, parseDocument, visit } from "yaml";
import type { Finding } from "./linter-output.ts";

/** The value of one `run:` key, as a file. */
export interface WorkflowScript {
  readonly path: string;
  readonly text: string;
  readonly workflow: string;
  /** The line of the workflow that holds the first line of the script. */
  readonly line: number;
}

/** Every `run:` of a workflow, with its place. */
export function scriptsOf(workflow: string, text: string): readonly WorkflowScript[] {
  const lines = new LineCounter();
  const scripts: WorkflowScript[] = [];
  visit(parseDocument(text, { lineCounter: lines }), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== "run" || !isScalar(value) || typeof value.value !== "string" || !value.range)
        return;
      const start = lines.linePos(value.range[0]).line;
      // The text of a block scalar begins on the line below its key.
      const block = value.type === "BLOCK_LITERAL" || value.type === "BLOCK_FOLDED";
      scripts.push({
        path: `run/${fileName(workflow)}-${scripts.length + 1}.sh`,
        text: value.value,
        workflow,
        line: block ? start + 1 : start,
      });
    },
  });
  return scripts;
}

const fileName = (path: string): string => path.replace(/^.*\//u, "").replaceAll(/[^\w-]/gu, "-");

/** A finding in a script, as a finding in the workflow that contains the script. */
export function inWorkflow(finding: Finding, scripts: readonly WorkflowScript[]): Finding {
  const script = scripts.find(({ path }) => path === finding.file);
  return script ? { ...finding, file: script.workflow, line: script.line + finding.line - 1 } : finding;
}
