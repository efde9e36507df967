/** A newer run replaces the older one of its branch, and jobs that use the one test machine wait for each other. */
import { format, github } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "concurrency",
  {
    title: "Concurrency",
    on: { push: { branches: ["main"] } },
    concurrency: { group: format`pages-${github.ref}`, cancelOlder: true },
  },
  ({ steps }) => {
    steps("test", { title: "Test", timeoutMinutes: 15, concurrencyGroup: "test-machine" }, [run("./test.sh")]);
  },
);
