/** Checks out the whole history with submodules, and in another job no file at all. */
import { github } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "checkout",
  { title: "Checkout", on: { push: { branches: ["main"] } } },
  ({ steps }) => {
    const options = { "fetch-depth": 0, submodules: "recursive", lfs: true } as const;
    steps("log", { title: "Log", timeoutMinutes: 5, checkout: options }, [run("git log --oneline")]);
    const note = run('echo "$COMMIT"', { env: { COMMIT: github.sha } });
    steps("note", { title: "Note", timeoutMinutes: 5, checkout: false }, [note]);
  },
);
