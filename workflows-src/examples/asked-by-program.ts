/** Rebuilds when another system reports a new version; the payload reaches the script as a variable, never as its text. */
import { fromEvent } from "../language/expressions.ts";
import { run } from "../language/own-steps.ts";
import { workflow } from "../language/workflow.ts";

export const example = workflow(
  "asked-by-program",
  { title: "New version", on: { repository_dispatch: { types: ["new-version"] } } },
  ({ steps }) => {
    steps(
      "rebuild",
      {
        title: "Rebuild",
        timeoutMinutes: 20,
      },
      [run('./rebuild.sh "$VERSION"', { env: { VERSION: fromEvent("client_payload.version") } })],
    );
  },
);
