/** A manual run with a field of each type, some of them filled in already. */
import { flag, oneEnvironment, oneOf, optionalText, wholeNumber } from "../../contract/codecs.ts";
import { not } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "form",
  {
    title: "Form",
    on: { workflow_dispatch: {} },
    inputs: {
      reason: { is: optionalText, description: "Reason, for the log" },
      dry: { is: flag, description: "Whether to print the commands only", default: true },
      replicas: { is: wholeNumber(1, 9), description: "How many replicas", default: 2 },
      size: { is: oneOf(["small", "large"]), description: "The size of each", default: "small" },
      place: { is: oneEnvironment(["docker-hub", "production"]), description: "Where" },
    },
  },
  ({ steps, inputs }) => {
    const { reason: REASON, replicas: REPLICAS, size: SIZE, place: PLACE } = inputs;
    const scale = run("./scale.sh", { env: { REASON, REPLICAS, SIZE, PLACE } });
    steps("scale", { title: "Scale", timeoutMinutes: 10, if: not(inputs.dry) }, [scale]);
  },
);
