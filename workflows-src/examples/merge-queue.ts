/** Checks each pull request, and again the group of pull requests that the merge queue is about to merge. */
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "merge-queue",
  { title: "Merge queue", on: { pull_request: { branches: ["main"] }, merge_group: {} }, gate: "gate" },
  ({ job }) => {
    job("check");
  },
);
