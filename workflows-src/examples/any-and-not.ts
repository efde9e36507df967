/** Combines conditions: where a job may write, each alternative of `any` has to hold on `main` or on a tag only. */
import { all, any, fromFork, not, onMain, onTag } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "any-and-not",
  { title: "Any and not", on: { push: { branches: ["main"], tags: ["v*"] }, pull_request: { branches: ["main"] } } },
  ({ event, steps }) => {
    steps(
      "mark",
      {
        title: "Mark",
        timeoutMinutes: 5,
        if: any(onTag, all(onMain, event.is("push"))),
        permissions: { statuses: "write" },
      },
      [run("./mark.sh")],
    );
    const ours = not(all(event.is("pull_request"), fromFork));
    steps("preview", { title: "Preview", timeoutMinutes: 5, if: ours }, [run("./preview.sh")]);
  },
);
