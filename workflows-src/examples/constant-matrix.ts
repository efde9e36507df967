/** Builds every application, whatever changed, one at a time: constants as the values of a stage's input. */
import { appNames } from "../../apps/catalog.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "constant-matrix",
  { title: "Every application", on: { push: { branches: ["main"] } } },
  ({ job }) => {
    job("build", { matrix: { app: appNames }, maxParallel: 1 });
  },
);
