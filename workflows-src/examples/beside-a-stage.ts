/** Adds a command and an action beside the step that runs a stage; they get no secret. */
import { run, use } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "beside-a-stage",
  { title: "Beside", on: { push: { branches: ["main"] } } },
  ({ job }) => {
    job("check", {
      before: [run("df -h", { name: "Free space" })],
      after: [
        use("uploadArtifact", {
          name: "coverage",
          path: ".pipeline/coverage",
          "retention-days": 7,
          overwrite: true,
          "if-no-files-found": "ignore",
          "include-hidden-files": true,
        }),
      ],
    });
  },
);
