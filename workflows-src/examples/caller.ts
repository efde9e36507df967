/** Calls another workflow as a job, and uses what it returns. */
import { github } from "../language/expressions.ts";
import { githubToken, run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";
import { example as callable } from "./callable.ts";

export const example = workflow(
  "caller",
  { title: "Caller", on: { push: { branches: ["main"] } } },
  ({ call, steps }) => {
    const packed = call("pack", callable, {
      title: "Package",
      with: { version: github.sha, minified: true },
      secrets: { token: githubToken },
    });
    steps(
      "inspect",
      {
        title: "Inspect",
        timeoutMinutes: 5,
      },
      [run('echo "$FILE"', { env: { FILE: packed.outputs.file } })],
    );
  },
);
