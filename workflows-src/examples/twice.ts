/** Runs one stage in two jobs, each with an id and a title of its own. */
import { workflow } from "../language/workflow.ts";

export const example = workflow("twice", { title: "Twice", on: { push: { branches: ["main"] } } }, ({ job }) => {
  job("check");
  job("check", { as: { id: "check-arm", title: "Check on Arm" }, runner: "ubuntu-24.04-arm" });
});
