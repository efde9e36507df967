/** Parses the arguments of a command, as its definition describes them. Pure. */
import { parseArgs } from "node:util";
import { UserError } from "../../../contract/user-error.ts";
import type { Argument, Input, ListOption, Options, ValueOption } from "./command.ts";
import { plural } from "./help.ts";
import { type Found, invocation } from "./invocation.ts";
import { Misuse } from "./misuse.ts";
import { nearest } from "../../core/nearest.ts";

type Parsed = Input<Options, Argument | undefined>;

/** @throws Misuse that names the first argument which the command does not accept */
export function parse({ path, command: { options = {}, argument, subcommands = {} }, args }: Found): Parsed {
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, absent(option)]),
  );
  const words: string[] = [];
  /** The option that takes the words behind it. */
  let taker: { readonly name: string; readonly rawName: string; readonly option: ListOption } | undefined;
  const append = (name: string, value: unknown): void => {
    values[name] = [...(values[name] as readonly unknown[]), value];
  };
  for (const token of tokensOf(args, options)) {
    if (token.kind === "option-terminator") taker = undefined;
    else if (token.kind === "positional") {
      if (taker === undefined) words.push(token.value);
      else append(taker.name, parsedValue(taker.rawName, token.value, taker.option));
    } else {
      const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
      if (option === undefined) throw unknownOption(path, token, options);
      taker = option.kind === "list" && option.takesWords ? { ...token, option } : undefined;
      if (option.kind === "list") append(token.name, optionValue(token, option));
      else values[token.name] = option.kind === "flag" ? flagValue(token) : optionValue(token, option);
    }
  }
  const [word] = words;
  if (word !== undefined && Object.keys(subcommands).length > 0)
    throw notOneOf("command", word, Object.keys(subcommands));
  return { options: values as Parsed["options"], argument: argumentValue(path, words, argument) };
}

function absent(option: Options[string]): unknown {
  switch (option.kind) {
    case "flag":
      return false;
    case "list":
      return [];
    case "value":
      return option.default;
  }
}

/** Whether the arguments ask for the help of the command instead of its work. */
export const asksForHelp = (args: readonly string[], options: Options = {}): boolean =>
  args[0] === "help" || tokensOf(args, options).some((token) => token.kind === "option" && token.name === "help");

/** Node's own tokens. Its strict mode would throw errors that name the option only within a sentence. */
const tokensOf = (args: readonly string[], options: Options) =>
  parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", short: "h" },
      ...Object.fromEntries(
        Object.entries(options).map(([name, { kind }]) => [name, { type: kind === "flag" ? "boolean" : "string" }]),
      ),
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function flagValue({ rawName, value }: OptionToken): true {
  if (value !== undefined)
    throw new Misuse(`${rawName} takes no value: ${JSON.stringify(value)} was given`, `Write ${rawName} alone`);
  return true;
}

type Valued = ValueOption<string | number | undefined> | ListOption;

function optionValue({ rawName, value, inlineValue }: OptionToken, option: Valued): unknown {
  const isNextOption = inlineValue !== true && /^--?[a-z]/iu.test(value ?? "");
  if (value === undefined || isNextOption)
    throw new Misuse(`${rawName} has no value`, `Write ${rawName} ${option.placeholder}: ${option.summary}`);
  return parsedValue(rawName, value, option);
}

function parsedValue(rawName: string, value: string, option: Valued): unknown {
  try {
    return option.parse(rawName, value);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new Misuse(cause.message, cause.remedy, { cause });
  }
}

function argumentValue(
  path: readonly string[],
  words: readonly string[],
  argument: Argument | undefined,
): Parsed["argument"] {
  const extra = words[argument === undefined ? 0 : argument.count === "one" ? 1 : words.length];
  if (extra !== undefined)
    throw new Misuse(
      `${invocation(path)} takes ${argument === undefined ? "no argument" : `only one ${argument.noun}`}, but ${JSON.stringify(extra)} was given`,
      `Leave it out; ${invocation(path, "--help")} shows what the command takes`,
    );
  if (argument === undefined) return undefined;
  if (argument.choices === undefined) return words;
  const { noun, choices } = argument;
  for (const word of words) if (!choices.includes(word)) throw notOneOf(noun, word, choices);
  if (argument.count === "any") return words;
  const [word] = words;
  if (word === undefined)
    throw new Misuse(
      `${invocation(path)} needs the name of ${indefinite(noun)}`,
      `Name ${indefinite(noun)}: ${choices.join(", ")}`,
    );
  return word;
}

function notOneOf(noun: string, word: string, choices: readonly string[]): Misuse {
  const meant = nearest(word, choices);
  return new Misuse(
    `There is no ${noun} ${JSON.stringify(word)}`,
    `${meant === undefined ? "" : `Did you mean ${meant}? `}The ${plural(noun)}: ${choices.join(", ")}`,
  );
}

function unknownOption(path: readonly string[], { name, rawName }: OptionToken, options: Options): Misuse {
  const known = [...Object.keys(options), "help"];
  const meant = nearest(name, known);
  return new Misuse(
    `${invocation(path)} has no option ${rawName}`,
    `${meant === undefined ? "" : `Did you mean --${meant}? `}The options: ${known.map((option) => `--${option}`).join(", ")}`,
  );
}

const indefinite = (noun: string): string => `${/^[aeiou]/u.test(noun) ? "an" : "a"} ${noun}`;
