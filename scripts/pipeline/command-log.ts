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

/** A trace as lines: a group of the log is a comment, a command is written as in a shell. */
export const traceLines = (write: (line: string) => void): Trace => ({
  group: (title) => write(`# ${title}`),
  command: (command, env) => write(formatCommand(command, env)),
});

/** Commands that read the release's variables are written with them. */
function formatCommand(command: Command, env: Environment): string {
  const reads =
    command[1] === "stack" || (command[1] === "compose" && ["up", "config"].some((verb) => command.includes(verb)));
  const variables = reads
    ? ["DOCKER_USERNAME", ...released].flatMap((name) => (env[name] ? [`${name}=${env[name]}`] : []))
    : [];
  return [...(variables.length > 0 ? ["env", ...variables] : []), ...command].map(quoted).join(" ");
}

/**
 * Replaces the values that only a run can know by `…`: digests, container ids, process ids, and ports that the engine chose.
 * @param pid the process that ran the commands
 */
export const withoutRunValues = (line: string, pid: number): string =>
  line
    .replaceAll(/sha256:[0-9a-f]{64}/gu, "sha256:…")
    .replaceAll(/\b[0-9a-f]{64}\b/gu, "…")
    .replaceAll(/127\.0\.0\.1:(?:3[2-9]|[45]\d|6[0-5])\d{3}\b/gu, "127.0.0.1:…")
    .replaceAll(new RegExp(`(?<=[-/])${pid}\\b`, "gu"), "…");

/**
 * The differences between the commands of a real run and those of its dry run, from the first stage on: the engine's
 * installation depends on the machine. Repeated commands count once, since only the run knows how often it has to poll, and
 * their order is not compared, since parts of the build overlap.
 */
export function commandDifferences(
  real: readonly string[],
  dry: readonly string[],
): { readonly onlyReal: readonly string[]; readonly onlyDry: readonly string[] } {
  const [ran, predicted] = [fromFirstStage(real), fromFirstStage(dry)];
  return {
    onlyReal: [...ran].filter((line) => !predicted.has(line)),
    onlyDry: [...predicted].filter((line) => !ran.has(line)),
  };
}

const fromFirstStage = (lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.slice(lines.indexOf("# plan")).filter((line) => !line.startsWith("#")));
