/** Publishes the package when a version tag is pushed; somebody without write access cannot push one. */
import { onTag } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow("tags", { title: "Tag", on: { push: { tags: ["v[0-9]+.*"] } } }, ({ job, steps }) => {
  const check = job("check");
  steps(
    "publish",
    {
      title: "Publish",
      timeoutMinutes: 10,
      needs: [check],
      if: onTag,
      permissions: { "id-token": "write" },
    },
    [run("npm publish --provenance")],
  );
});
