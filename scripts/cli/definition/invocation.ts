/** A command's place in the tree of commands, and how it is written in a shell. Pure. */
import type { Command } from "./command.ts";

export interface Found {
  /** The names of the command and of those above it; empty for the root. */
  readonly path: readonly string[];
  readonly command: Command;
  /** The arguments after the names. */
  readonly args: readonly string[];
}

/** The deepest command that the arguments name. A word that names none is left in `args`. */
export function findCommand(root: Command, argv: readonly string[], path: readonly string[] = []): Found {
  const [name = "", ...rest] = argv;
  const subcommands = root.subcommands ?? {};
  const found = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  return found ? findCommand(found, rest, [...path, name]) : { path, command: root, args: argv };
}

/** npm runs these without the word `run`. */
const npmCommands = new Set(["start", "stop", "test"]);

/** For example `npm start`, `npm run engine -- stop`, or `npm start -- --help`. */
export function invocation([name, ...subcommands]: readonly string[], ...args: readonly string[]): string {
  const npm = name === undefined ? "npm run" : npmCommands.has(name) ? `npm ${name}` : `npm run ${name}`;
  const after = [...subcommands, ...args];
  return after.length === 0 ? npm : `${npm} -- ${after.join(" ")}`;
}
