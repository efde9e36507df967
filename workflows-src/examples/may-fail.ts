/** Goes on when an upload to another service fails; a step that runs a stage, or a whole job, never has this option. */
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "may-fail",
  { title: "May fail", on: { push: { branches: ["main"] } } },
  ({ steps }) => {
    steps(
      "test",
      {
        title: "Test",
        timeoutMinutes: 15,
      },
      [run("npm test"), run("./upload-coverage.sh", { mayFail: true })],
    );
  },
);
