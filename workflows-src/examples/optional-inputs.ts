/** Starts by hand with inputs and by schedule without: each use says which value it has then. */
import { oneOf } from "../../contract/codecs.ts";
import { otherwise } from "../language/inputs.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "optional-inputs",
  {
    title: "Clean up",
    on: { schedule: { weekly: "Sunday", at: "04:23" }, workflow_dispatch: {} },
    inputs: { depth: { is: oneOf(["shallow", "deep"]), description: "How thoroughly" } },
  },
  ({ steps, inputs }) => {
    const DEPTH = otherwise(inputs.depth, "shallow");
    steps("clean", { title: "Clean up", timeoutMinutes: 30 }, [run("./clean.sh", { env: { DEPTH } })]);
  },
);
