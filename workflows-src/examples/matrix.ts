/** Tests each version of Node on each system, four at a time, and ends all when one fails. */
import { run, use } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "matrix",
  { title: "Matrix", on: { pull_request: { branches: ["main"] } } },
  ({ steps }) => {
    steps(
      "test",
      {
        title: "Test",
        timeoutMinutes: 15,
        matrix: { node: ["20", "22", "24"], runner: ["ubuntu-24.04", "macos-15", "windows-2025"] },
        maxParallel: 4,
        failFast: true,
      },
      ({ node }) => [
        use("setupNode", { "node-version": node, "package-manager-cache": false }),
        run("npm ci", { shell: "bash" }),
        run("npm test", { shell: "bash" }),
      ],
    );
  },
);
