/** Logs in to Docker Hub with a token that the job's identity is exchanged for: no password is stored. */
import { onMain } from "../language/expressions.ts";
import { run, use } from "../language/own-steps.ts";
import { variable, workflow } from "../language/workflow.ts";

/** It is no secret. Docker Hub shows it beside the connection that names this repository. */
const connection = "00000000-0000-4000-8000-000000000000";

export const example = workflow("oidc", { title: "OIDC", on: { push: { branches: ["main"] } } }, ({ steps }) => {
  steps(
    "push",
    {
      title: "Push",
      timeoutMinutes: 20,
      if: onMain,
      permissions: { "id-token": "write" },
    },
    [
      use(
        "dockerLogin",
        { username: variable("DOCKER_USERNAME") },
        { env: { DOCKERHUB_OIDC_CONNECTIONID: connection } },
      ),
      run("./push.sh"),
    ],
  );
});
