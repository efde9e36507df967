/** Commands as lines of text that can be read, repeated in a shell, and compared between runs. Pure. */
import { appNames } from "../../apps/catalog.ts";
import type { Environment } from "../../contract/inputs.ts";
import { variableName } from "../../contract/names.ts";
import type { Command } from "../core/command.ts";
import type { Trace } from "../core/effects.ts";
import { quoted } from "../core/format.ts";

/** The variables of a release that compose and the stack read. */
const released = ["reverse-proxy", ...appNames].flatMap((service) => [
  variableName("PORT", service),
  variableName("IMAGE", service),
]);

/** A trace as lines: a group is a comment, a command what a person would type. */
export const traceLines = (write: (line: string) => void): Trace => ({
  group: (title) => write(`# ${title}`),
  command: (command, env) => write(formatCommand(command, env)),
});

/** With the release's variables before it where the command reads them. */
function formatCommand(command: Command, env: Environment): string {
  const reads = command[1] === "stack" || (command[1] === "compose" && command.includes("up"));
  const variables = reads
    ? ["DOCKER_USERNAME", ...released].flatMap((name) => (env[name] ? [`${name}=${env[name]}`] : []))
    : [];
  return withoutUnknowns([...(variables.length > 0 ? ["env", ...variables] : []), ...command].map(quoted).join(" "));
}

/** Shows `…` for values that only a run can know: digests, container ids, process ids, and ports that the engine chose. */
const withoutUnknowns = (line: string): string =>
  line
    .replaceAll(/sha256:[0-9a-f]{64}/gu, "sha256:…")
    .replaceAll(/\b[0-9a-f]{64}\b/gu, "…")
    .replaceAll(/127\.0\.0\.1:(?:3[2-9]|[45]\d|6[0-5])\d{3}\b/gu, "127.0.0.1:…")
    .replaceAll(new RegExp(`(?<=[-/])${process.pid}\\b`, "gu"), "…");
