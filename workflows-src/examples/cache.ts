/** Keeps the downloaded packages between runs, and installs only what the cache lacks. */
import { equal, format, hashFiles, not } from "../language/expressions.ts";
import { run, use } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

const key = format`packages-${hashFiles("package-lock.json")}`;
const restore = use(
  "restoreCache",
  { path: "node_modules", key, "restore-keys": "packages-" },
  { id: "restore", name: "Restore the packages" },
);
const missed = not(equal(restore.outputs["cache-hit"], "true"));

export const example = workflow("cache", { title: "Cache", on: { push: { branches: ["main"] } } }, ({ steps }) => {
  steps(
    "test",
    {
      title: "Test",
      timeoutMinutes: 15,
    },
    [
      restore,
      run("npm ci", { if: missed }),
      run("npm test"),
      use("saveCache", { path: "node_modules", key }, { if: missed }),
    ],
  );
});
