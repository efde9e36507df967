/** Names each run after its inputs and whoever started it, and passes such a text to a step. */
import { text } from "../../contract/codecs.ts";
import { format, github } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "texts",
  {
    title: "Texts",
    on: { workflow_dispatch: {} },
    inputs: { tag: { is: text, description: "A published tag" } },
    runName: format`Deploy by ${github.actor}, run ${github.run_number}`,
  },
  ({ steps, inputs }) => {
    const NOTE = format`${github.repository} at ${inputs.tag}, see ${github.server_url}`;
    steps("note", { title: "Note", timeoutMinutes: 5 }, [run('echo "$NOTE"', { env: { NOTE } })]);
  },
);
