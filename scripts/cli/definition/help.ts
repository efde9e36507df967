/** The help of a command, from its definition. Pure. */
import { columns } from "../../reports/tables.ts";
import type { Command } from "./command.ts";
import { exitCodeMeanings, exitCodes } from "./exit-codes.ts";
import { type Found, invocation } from "./invocation.ts";

type Row = readonly [string, string];

export function helpOf({ path, command }: Pick<Found, "path" | "command">): string {
  return path.length === 0 ? overview(command) : commandHelp(path, command);
}

/** The general help: every command, and the exit codes. */
function overview({ subcommands = {} }: Command): string {
  const commands = Object.entries(subcommands).map(([name, { summary }]): Row => [invocation([name]), summary]);
  const codes = Object.entries(exitCodes).map(([name, code]): Row => [
    String(code),
    exitCodeMeanings[name as keyof typeof exitCodes],
  ]);
  return sections(
    section("Commands", commands),
    `The options of a command follow two dashes: ${invocation(["start"], "--help")}`,
    section("Exit codes", codes),
  );
}

function commandHelp(path: readonly string[], command: Command): string {
  const { summary, details, argument, options = {}, subcommands = {} } = command;
  const written = Object.entries(options).map(([name, option]): Row => {
    if (option.kind === "flag") return [`--${name}`, option.summary];
    const standard =
      option.kind === "list" || option.default === undefined ? "" : ` (default: ${String(option.default)})`;
    return [`--${name} ${option.placeholder}`, option.summary + standard];
  });
  return sections(
    `${usage(path, command)}\n${sentence(summary)}`,
    ...(details === undefined ? [] : [details]),
    ...(argument === undefined
      ? []
      : [
          section(capital(plural(argument.noun)), [
            [argument.choices === undefined ? argument.summary : argument.choices.join(", "), ""],
          ]),
        ]),
    section(
      "Commands",
      Object.entries(subcommands).map(([name, subcommand]): Row => [name, subcommand.summary]),
    ),
    section("Options", [...written, ["-h, --help", "print this help"]]),
  );
}

function usage(path: readonly string[], { argument, options = {}, subcommands = {} }: Command): string {
  const placeholder = argument?.noun.toUpperCase() ?? "";
  const optional = [
    ...(Object.keys(subcommands).length > 0 ? ["COMMAND"] : []),
    ...(argument?.count === "any" ? [`${placeholder}…`] : []),
    ...(Object.keys(options).length > 0 ? ["OPTIONS"] : []),
  ];
  const bracketed = optional.map((word) => `[${word}]`);
  const required = argument?.count === "one" ? [placeholder] : [];
  return `Usage: ${invocation(path, ...required, ...bracketed)}`;
}

export const plural = (noun: string): string => `${noun}s`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const sentence = (text: string): string => `${capital(text)}.`;
const sections = (...texts: readonly string[]): string => `${texts.filter(Boolean).join("\n\n")}\n`;

const section = (title: string, rows: readonly Row[]): string =>
  rows.length === 0 ? "" : `${title}:\n${columns(rows).replaceAll(/^/gmu, "  ")}`;
