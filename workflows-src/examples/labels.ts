/** Runs the long tests of a pull request when it gets the label `thorough`. */
import { equal, fromEvent } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "labels",
  { title: "Thorough tests", on: { pull_request: { branches: ["main"], types: ["labeled", "synchronize"] } } },
  ({ steps }) => {
    steps(
      "test",
      {
        title: "Test thoroughly",
        timeoutMinutes: 120,
        if: equal(fromEvent("label.name"), "thorough"),
      },
      [run("npm run test:thorough")],
    );
  },
);
