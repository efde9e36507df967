/** Publishes in one environment and deploys in another, with its address and one of its variables. */
import { onMain } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { secret, variable, workflow } from "../language/workflow.ts";

const publishing = run("./publish.sh", { env: { TOKEN: secret("DOCKER_HUB_ACCESS_TOKEN") } });
const deploying = run("./deploy.sh", { env: { HOST: variable("DEPLOY_HOST"), KEY: secret("DEPLOY_SSH_KEY") } });
const onMainOnly = { timeoutMinutes: 10, if: onMain } as const;

export const example = workflow(
  "environments",
  { title: "Environments", on: { push: { branches: ["main"] } } },
  ({ steps }) => {
    const publish = steps(
      "publish",
      { ...onMainOnly, title: "Publish", environment: "docker-hub", concurrencyGroup: "publish" },
      [publishing],
    );
    const production = { environment: "production", url: variable("PUBLIC_ORIGIN") } as const;
    steps("deploy", { ...onMainOnly, ...production, title: "Deploy", needs: [publish], concurrencyGroup: "deploy" }, [
      deploying,
    ]);
  },
);
