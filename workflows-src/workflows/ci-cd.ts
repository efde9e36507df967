/** The pipeline from a commit to production. */
import { all, firstOf, onMain } from "../language/expressions.ts";
import { kept, workflow } from "../language/workflow.ts";

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
    const { carried, changed, tag } = plan.outputs;

    const check = job("check");
    const build = job("build", { matrix: { app: plan.outputs.build }, with: { layers: kept } });
    const { image: images, proofs } = build.outputs;

    const integrate = job("integrate", {
      if: plan.outputs.integrate,
      afterSkipped: [build],
      with: { carried, changed, images },
    });
    // Where every image is carried and these were tested together before, no job of this run tests them again.
    const tested = firstOf(integrate.outputs.tested, plan.outputs.proven);

    // Each push to main becomes a release, also one that changes no image: an earlier run that ends later must not replace it.
    const publish = job("publish", {
      needs: [check],
      afterSkipped: [build, integrate],
      if: all(onMain, plan.outputs.publish),
      with: { carried, images, tested, proofs, tag },
    });
    const { published, current } = publish.outputs;

    job("deploy", { if: all(onMain, plan.outputs.deploy, current), with: { published, tag } });
  },
);
