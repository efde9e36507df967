import { type Path, mapping } from "../workflow/document.ts";
import { propertiesIn } from "../workflow/expressions.ts";
import { inputsOf } from "../workflow/values.ts";
import { type Rule, type Workflow, findingAt } from "../workflow/workflow.ts";

/** An output of a job that no other job reads, and an input that nothing reads. */
export const unreadOutput: Rule = (workflow) => {
  const read = propertiesRead(workflow);
  const outputs = workflow.jobs.flatMap(({ id, path, value }) =>
    Object.keys(mapping(value["outputs"]))
      .filter(
        (output) => !isRead(read, ["needs", id, "outputs", output]) && !isRead(read, ["jobs", id, "outputs", output]),
      )
      .map((output) =>
        findingAt(
          workflow,
          [...path, "outputs", output],
          "unread-output",
          `nothing reads the output ${output} of the job ${id}`,
        ),
      ),
  );
  const inputs = Object.keys(inputsOf(workflow))
    .filter((input) => !isRead(read, ["inputs", input]) && !isRead(read, ["github", "event", "inputs", input]))
    .map((input) =>
      findingAt(workflow, pathOfInput(workflow, input), "unread-input", `nothing reads the input ${input}`),
    );
  return [...outputs, ...inputs];
};

const propertiesRead = ({ expressions }: Workflow): readonly (readonly string[])[] =>
  expressions.flatMap(({ tree, source }) =>
    // What does not parse may read anything.
    tree
      ? propertiesIn(tree)
      : [...source.matchAll(/[\w*-]+(?:\.[\w*-]+)*/gu)].map(([written]) => written.toLowerCase().split(".")),
  );

/** Whether one of the properties is the given one, contains it or is part of it. */
const isRead = (read: readonly (readonly string[])[], property: readonly string[]): boolean =>
  read.some((one) =>
    property.every(
      (part, index) => one[index] === undefined || one[index] === "*" || one[index] === part.toLowerCase(),
    ),
  );

const pathOfInput = ({ on }: Workflow, input: string): Path => [
  "on",
  input in mapping(on["workflow_call"]?.["inputs"]) ? "workflow_call" : "workflow_dispatch",
  "inputs",
  input,
];
