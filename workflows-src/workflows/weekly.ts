/** Builds and tests every application on newly pulled base images. No earlier result is believed, and nothing is published. */
import { yes } from "../language/expressions.ts";
import { workflow } from "../language/workflow.ts";

export const weekly = workflow(
  "weekly",
  {
    title: "Prove everything anew",
    // Before the working week, and not on the hour, when GitHub's queue is longest.
    on: { schedule: { weekly: "Monday", at: "03:17" }, workflow_dispatch: {} },
    gate: "gate",
  },
  ({ job }) => {
    const { build: apps, carried, changed } = job("plan", { with: { fresh: yes } }).outputs;

    job("check");
    const { image: images } = job("build", { matrix: { app: apps } }).outputs;

    job("integrate", { with: { carried, changed, images } });
  },
);
