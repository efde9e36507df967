/** A workflow that others call: it has inputs, gets a secret, and returns an output. */
import { flag, text } from "../../contract/codecs.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "callable",
  {
    title: "Package",
    on: { workflow_call: {} },
    inputs: {
      version: { is: text, description: "The version of the package" },
      minified: { is: flag, description: "Whether to minify it" },
    },
    secrets: { token: "Reads the private dependencies" },
  },
  ({ steps, inputs, secrets }) => {
    const pack = run("./pack.sh", {
      id: "pack",
      env: { VERSION: inputs.version, MINIFIED: inputs.minified, TOKEN: secrets.token },
      outputs: ["file"],
    });
    return steps("pack", { title: "Pack", timeoutMinutes: 10, outputs: { file: pack.outputs.file } }, [pack]).outputs;
  },
);
