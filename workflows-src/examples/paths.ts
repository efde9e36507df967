/** Builds the documentation when one of its files changes, except its images. */
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "paths",
  { title: "Documentation", on: { push: { branches: ["main"], paths: ["docs/**", "!docs/images/**"] } } },
  ({ steps }) => {
    steps("build", { title: "Build", timeoutMinutes: 10 }, [run("npm run docs")]);
  },
);
