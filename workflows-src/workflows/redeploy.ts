/** Deploys a published tag again. It resolves the tag to digests and builds nothing. */
import { contracts } from "../../contract/contracts.ts";
import { onMain } from "../language/expressions.ts";
import { workflow } from "../language/workflow.ts";

const { app, tag, reason } = contracts.redeploy.inputs;

export const redeploy = workflow(
  "redeploy",
  {
    title: "Redeploy",
    on: { workflow_dispatch: {} },
    inputs: {
      app: { is: app, description: "The application to redeploy, or all" },
      tag: { is: tag, description: "A published tag, such as sha-0123456789ab" },
      reason: { is: reason, description: "Reason, for the log" },
    },
  },
  ({ job, inputs }) => {
    job("redeploy", { if: onMain, with: { app: inputs.app, tag: inputs.tag, reason: inputs.reason } });
  },
);
