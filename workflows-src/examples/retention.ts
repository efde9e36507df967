/** Keeps the images and reports of this workflow for five days instead of two weeks and a month. */
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "retention",
  { title: "Retention", on: { push: { branches: ["main"] } } },
  ({ job }) => {
    const plan = job("plan");
    job("build", { matrix: { app: plan.outputs.build }, retentionDays: 5 });
  },
);
