/** Keeps the layers of images between runs: a cache that the contract of the stage names. */
import { kept, workflow } from "../language/workflow.ts";

export const example = workflow("stage-cache", { title: "Layers", on: { push: { branches: ["main"] } } }, ({ job }) => {
  const plan = job("plan");
  job("build", { matrix: { app: plan.outputs.build }, with: { layers: kept } });
});
