/** The pipeline from a commit to production. */
import { all, onMain } from "../language/expressions.ts";
import { kept, workflow } from "../language/model.ts";

export const ciCd = workflow(
  "ci-cd",
  {
    title: "CI/CD",
    on: {
      push: { branches: ["main"] },
      pull_request: { branches: ["main"] },
      merge_group: {},
      workflow_dispatch: {},
    },
    gate: "gate",
  },
  ({ job }) => {
    const plan = job("plan");
    const { apps, tag } = plan.outputs;

    const check = job("check");
    const build = job("build", { matrix: { app: apps }, with: { layers: kept } });
    const { image: images } = build.outputs;

    const integrate = job("integrate", { with: { apps, images } });
    const { tested } = integrate.outputs;

    const publish = job("publish", {
      needs: [check],
      if: all(onMain, plan.outputs.publish),
      with: { images, tested, tag },
    });
    const { published } = publish.outputs;

    job("deploy", { if: all(onMain, plan.outputs.deploy), with: { published, tag } });
  },
);
