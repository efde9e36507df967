/** Checks on an Arm machine of GitHub's, and tests on a machine of our own. */
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "runner",
  { title: "Runners", on: { push: { branches: ["main"] } } },
  ({ job, steps }) => {
    job("check", { runner: "ubuntu-24.04-arm" });
    steps(
      "benchmark",
      {
        title: "Benchmark",
        timeoutMinutes: 60,
        runner: { selfHosted: ["linux", "quiet"] },
      },
      [run("npm run benchmark")],
    );
  },
);
