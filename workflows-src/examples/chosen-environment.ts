/** Deploys to the environment that the form chooses, with that environment's variables. */
import { oneEnvironment } from "../../contract/codecs.ts";
import { onMain } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { variable, workflow } from "../language/workflow.ts";

export const example = workflow(
  "chosen-environment",
  {
    title: "Chosen environment",
    on: { workflow_dispatch: {} },
    inputs: { place: { is: oneEnvironment(["docker-hub", "production"]), description: "Where" } },
  },
  ({ steps, inputs }) => {
    steps(
      "show",
      {
        title: "Show",
        timeoutMinutes: 5,
        if: onMain,
        environment: inputs.place,
        url: variable("PUBLIC_ORIGIN"),
      },
      [run('echo "$HOST"', { env: { HOST: variable("DEPLOY_HOST") } })],
    );
  },
);
