/** Builds for chosen combinations only, which GitHub calls `include`: each leg is written as a whole. */
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow("legs", { title: "Legs", on: { push: { branches: ["main"] } } }, ({ steps }) => {
  steps(
    "build",
    {
      title: "Build",
      timeoutMinutes: 30,
      legs: [
        { platform: "linux/amd64", runner: "ubuntu-24.04" },
        { platform: "linux/arm64", runner: "ubuntu-24.04-arm" },
      ],
    },
    ({ platform }) => [run('./build.sh "$PLATFORM"', { env: { PLATFORM: platform } })],
  );
});
