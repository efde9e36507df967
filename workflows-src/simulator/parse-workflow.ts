/** Reads the text of a workflow, once GitHub's own parser has accepted it. */
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";
import { UserError } from "../../contract/user-error.ts";
import { type Workflow, readWorkflow } from "./workflow.ts";

/** GitHub's own files are far smaller. A larger text would keep the parser busy for minutes. */
const maxLength = 1_000_000;

/**
 * @param path of the file, for the error
 * @throws UserError that names the file, the line and the column of the first error
 */
export async function parseWorkflowFile(path: string, text: string): Promise<Workflow> {
  if (text.length > maxLength)
    throw new UserError(`${path} has ${text.length} characters`, `Name a workflow of at most ${maxLength} characters`);
  if (text.trim() === "") throw new UserError(`${path} is empty`, "Name a file that contains a workflow");
  const { context, value } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  const [error] = context.errors.getErrors();
  if (error === undefined) return readWorkflow(text);
  const start = error.range?.start;
  const place = start === undefined ? path : `${path}:${start.line}:${start.column}`;
  // The message of the YAML parser repeats the place, and shows the line below it.
  const [first = ""] = error.rawMessage.split("\n");
  const message = first.replace(/ at line \d+, column \d+:?$/u, "");
  throw new UserError(`${place}: ${message}`, "Correct the workflow, or name another one");
}
