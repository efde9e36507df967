/** Rolls back when the deployment failed, and only then: a condition about the result of one job. */
import { all, equal, onMain } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { secret, workflow } from "../language/workflow.ts";

export const example = workflow("results", { title: "Results", on: { push: { branches: ["main"] } } }, ({ steps }) => {
  const production = { timeoutMinutes: 15, environment: "production", concurrencyGroup: "deploy" } as const;
  const env = { SSH_KEY: secret("DEPLOY_SSH_KEY") };
  const deploy = steps("deploy", { ...production, title: "Deploy", if: onMain }, [run("./deploy.sh", { env })]);
  steps(
    "roll-back",
    {
      ...production,
      title: "Roll back",
      if: all(onMain, equal(deploy.result, "failure")),
    },
    [run("./roll-back.sh", { env })],
  );
});
