/** The command line's own parser, for the commands that a document shows. */
import { appNames } from "../../apps/catalog.ts";
import { stageNames } from "../../contract/contracts.ts";
import { rootFor } from "../../scripts/cli/commands.ts";
import { type Found, findCommand } from "../../scripts/cli/definition/invocation.ts";
import { Misuse } from "../../scripts/cli/definition/misuse.ts";
import { asksForHelp, parse } from "../../scripts/cli/definition/parse.ts";

const root = await rootFor();
export const commandNames: readonly string[] = Object.keys(root.subcommands ?? {});

/** Upper-case words and `<…>` stand for a value that the reader chooses. */
const isPlaceholder = (word: string): boolean => /^(?:[A-Z]+|<.*>|…)$/u.test(word);

/** The message with which the command line refuses these arguments; empty when it accepts them. */
export function misuseOf(argv: readonly string[]): readonly string[] {
  const found = findCommand(root, argv);
  if (asksForHelp(found.args, found.command.options)) return [];
  try {
    parse({ ...found, args: withValues(found) });
    return [];
  } catch (failure) {
    if (failure instanceof Misuse) return [failure.message];
    throw failure;
  }
}

/** Puts a valid value in the place of each placeholder. */
function withValues({ command: { argument }, args }: Found): readonly string[] {
  const [choice = ""] = argument?.choices ?? [...appNames, ...stageNames];
  return args.map((word, index) => (!isPlaceholder(word) ? word : args[index - 1]?.startsWith("--") ? "8080" : choice));
}
