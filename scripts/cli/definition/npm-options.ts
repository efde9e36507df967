/** npm takes the options that stand before `--` for itself: it passes them on as variables only. Pure. */
import type { Environment } from "../../../contract/inputs.ts";
import type { Command } from "./command.ts";
import { invocation } from "./invocation.ts";
import { Misuse } from "./misuse.ts";

/** npm has an option of this name, which may be set in any user's configuration. On a command line npm checks it by itself. */
const npmsOwn = new Set(["registry"]);

/** The names of all options that npm would take. */
export const optionNames = ({ options = {}, subcommands = {} }: Command): readonly string[] => [
  ...Object.keys(options).filter((name) => !npmsOwn.has(name)),
  ...Object.values(subcommands).flatMap(optionNames),
];

/** @throws Misuse when npm took an option of ours */
export function rejectOptionsTakenByNpm(root: Command, path: readonly string[], env: Environment): void {
  // npm reads `--no-engine` as `engine`, and passes it on as an empty text.
  const names = new Set(optionNames(root).map((name) => name.replace(/^no-/u, "")));
  const taken = [...names].flatMap((name) => {
    const value = env[`npm_config_${name.replaceAll("-", "_")}`];
    return value === undefined ? [] : [value === "" ? `--no-${name}` : `--${name}`];
  });
  if (taken.length === 0) return;
  throw new Misuse(
    `npm did not pass on ${taken.join(" ")}`,
    `Write the options after two dashes: ${invocation(path, ...taken)}`,
  );
}
