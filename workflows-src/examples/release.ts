/** Attaches the packed files to a release that was just published. */
import { fromEvent, onTag } from "../language/expressions.ts";
import { githubToken, run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "release",
  { title: "Release files", on: { release: { types: ["published"] } } },
  ({ steps }) => {
    steps(
      "attach",
      {
        title: "Attach",
        timeoutMinutes: 10,
        if: onTag,
        permissions: { contents: "write" },
      },
      [
        run("npm pack"),
        run('gh release upload "$TAG" ./*.tgz', {
          env: { TAG: fromEvent("release.tag_name"), GH_TOKEN: githubToken },
        }),
      ],
    );
  },
);
