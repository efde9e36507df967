/** Deploys after a run of the pipeline on `main`; the compiler keeps runs for pull requests of forks from the secrets. */
import { all, equal, fromEvent, onMain } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { secret, workflow } from "../language/workflow.ts";
import { ciCd } from "../workflows/ci-cd.ts";

export const example = workflow(
  "after-another",
  { title: "Announce", on: { workflow_run: { workflows: [ciCd], types: ["completed"], branches: ["main"] } } },
  ({ steps }) => {
    steps(
      "announce",
      {
        title: "Announce",
        timeoutMinutes: 5,
        if: all(onMain, equal(fromEvent("workflow_run.conclusion"), "success")),
        environment: "production",
        concurrencyGroup: "deploy",
      },
      [run("./announce.sh", { env: { SSH_KEY: secret("DEPLOY_SSH_KEY") } })],
    );
  },
);
