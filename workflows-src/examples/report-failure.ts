/** Reports when any job failed, and cleans up whatever happened, even in a cancelled run. */
import { always, any, cancelled, failure } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "report-failure",
  { title: "Report", on: { push: { branches: ["main"] } }, gate: "gate" },
  ({ job, steps }) => {
    const needs = [job("check"), steps("test", { title: "Test", timeoutMinutes: 9 }, [run("npm test")])];
    steps(
      "report",
      {
        title: "Report",
        timeoutMinutes: 5,
        needs,
        if: any(failure, cancelled),
      },
      [run("./report.sh")],
    );
    steps("clean", { title: "Clean up", timeoutMinutes: 5, needs, if: always }, [run("./clean.sh")]);
  },
);
