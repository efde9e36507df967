/** Checks `main` and every release branch; a pattern says that a branch other than `main` is meant. */
import { pattern } from "../language/events.ts";
import { workflow } from "../language/workflow.ts";

const branches = ["main", pattern("release/**")] as const;

export const example = workflow(
  "branches",
  { title: "Branches", on: { push: { branches }, pull_request: { branches } } },
  ({ job }) => {
    job("check");
  },
);
