import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { stageNames } from "../../contract/contracts.ts";
import { createEffects } from "../core/effects.ts";
import { rootFor } from "./commands.ts";
import type { Command } from "./definition/command.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import { invocation } from "./definition/invocation.ts";
import { runCommandLine } from "./run-command-line.ts";

const root = await rootFor();

/** The real definitions, whose work is replaced: no defect of the parser may stop a stack or start an engine here. */
const withoutWork = (definition: Command): Command => ({
  ...definition,
  subcommands: Object.fromEntries(
    Object.entries(definition.subcommands ?? {}).map(([name, subcommand]) => [name, withoutWork(subcommand)]),
  ),
  run: (input) => Promise.reject(new Error(`ran with ${JSON.stringify(input)}`)),
});

async function run(...argv: readonly string[]) {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    isTTY: false,
    columns: 80,
    write: (text: string) => void (written[name] += text),
  });
  const streams = { stdout: stream("stdout"), stderr: stream("stderr") };
  return { code: await runCommandLine(withoutWork(root), argv, {}, streams), ...written };
}

interface Row {
  readonly path: readonly string[];
  readonly name: string;
  readonly command: Command;
}

const everyCommand = (command: Command, path: readonly string[] = []): readonly Row[] => [
  { path, name: ["main", ...path].join(" "), command },
  ...Object.entries(command.subcommands ?? {}).flatMap(([name, subcommand]) =>
    everyCommand(subcommand, [...path, name]),
  ),
];
const commands = everyCommand(root);
const optionsOf = ({ command }: Row) => Object.keys(command.options ?? {});

test("every command of package.json that starts the bootstrap is defined, and no other", async () => {
  const { scripts } = (await import("../../package.json", { with: { type: "json" } })).default;
  const started = Object.entries(scripts).filter(([, script]) => script.includes("bootstrap.mjs"));
  expect(started.map(([name, script]) => [name, script.split(" ").at(-1)])).toEqual(
    started.map(([name]) => [name, name]),
  );
  expect(started.map(([name]) => name).toSorted()).toEqual(Object.keys(root.subcommands ?? {}).toSorted());
});

describe.each(["--help", "-h", "help"])("%s", (help) => {
  test.each(commands)("$name", async (row) => {
    const { code, stdout, stderr } = await run(...row.path, help);
    expect({ code, stderr }).toEqual({ code: exitCodes.ok, stderr: "" });
    if (row.path.length > 0) expect(stdout).toContain(invocation(row.path));
    for (const option of optionsOf(row)) expect(stdout).toContain(`--${option}`);
    for (const choice of row.command.argument?.choices ?? []) expect(stdout).toContain(choice);
    for (const subcommand of Object.values(row.command.subcommands ?? {})) expect(stdout).toContain(subcommand.summary);
  });
});

test("without a command: every command in one line, and the exit codes", async () => {
  const { code, stdout, stderr } = await run();
  expect({ code, stderr }).toEqual({ code: exitCodes.ok, stderr: "" });
  const lines = stdout.split("\n");
  for (const [name, { summary }] of Object.entries(root.subcommands ?? {}))
    expect(lines.filter((line) => line.includes(invocation([name])) && line.includes(summary))).toHaveLength(1);
  for (const exitCode of Object.values(exitCodes))
    expect(lines.some((line) => line.trim().startsWith(`${exitCode} `))).toBe(true);
});

/** Two neighbours swapped: `--swarm` is `--wsarm`. */
const misspelled = (word: string): string => `${word.slice(1, 2)}${word.slice(0, 1)}${word.slice(2)}`;

describe("misuse names what was found and what is expected, on standard error, and runs nothing", () => {
  const unnamed = async (argv: readonly string[], ...named: readonly string[]) => {
    const { code, stdout, stderr } = await run(...argv);
    return { code, stdout, unnamed: named.filter((word) => !stderr.includes(word)) };
  };
  const misuse = { code: exitCodes.misuse, stdout: "", unnamed: [] };
  /** The arguments that a command needs to run; they come before the rest of the line. */
  const complete = ({ path, command }: Row) => [
    ...path,
    ...(command.argument?.count === "one" ? command.argument.choices.slice(0, 1) : []),
  ];

  test.each(commands)("$name: an unknown option", async (row) =>
    expect(await unnamed([...complete(row), "--zzzzz"], "--zzzzz")).toEqual(misuse),
  );

  test.each(commands.flatMap((row) => [...optionsOf(row), "help"].map((option) => ({ ...row, option }))))(
    "$name: --$option misspelled",
    async (row) =>
      expect(
        await unnamed(
          [...complete(row), `--${misspelled(row.option)}`],
          `--${misspelled(row.option)}`,
          `--${row.option}?`,
        ),
      ).toEqual(misuse),
  );

  test.each(commands.filter(({ command }) => command.subcommands))(
    "$name: an unknown command",
    async ({ path, command }) => {
      const names = Object.keys(command.subcommands ?? {});
      expect(await unnamed([...path, "zzzzz"], "zzzzz", ...names)).toEqual(misuse);
      for (const name of names)
        expect(await unnamed([...path, misspelled(name)], misspelled(name), ` ${name}?`)).toEqual(misuse);
    },
  );

  test.each([
    { path: ["stage"], choices: stageNames },
    { path: ["app"], choices: appNames },
  ])("$path: a missing argument", async ({ path, choices }) => expect(await unnamed(path, ...choices)).toEqual(misuse));

  test.each(commands.filter(({ command }) => command.argument?.choices))(
    "$name: an unknown argument",
    async ({ path, command }) => {
      const choices = command.argument?.choices ?? [];
      expect(await unnamed([...path, "zzzzz"], "zzzzz", ...choices)).toEqual(misuse);
      for (const choice of choices)
        expect(await unnamed([...path, misspelled(choice)], misspelled(choice), ` ${choice}?`)).toEqual(misuse);
    },
  );

  test.each(commands.filter(({ command }) => command.argument?.count !== "any" && !command.subcommands))(
    "$name: one argument too many",
    async (row) => expect(await unnamed([...complete(row), "zzzzz"], "zzzzz")).toEqual(misuse),
  );

  const valueOptions = commands.flatMap((row) =>
    Object.entries(row.command.options ?? {}).flatMap(([name, option]) =>
      option.kind === "value" ? [{ ...row, option: `--${name}`, placeholder: option.placeholder }] : [],
    ),
  );
  test.each(valueOptions)("$name: $option with a bad value", async (row) => {
    expect(await unnamed([...complete(row), row.option, "UPPER CASE"], row.option, "UPPER CASE")).toEqual(misuse);
    expect(await unnamed([...complete(row), `${row.option}=`], row.option)).toEqual(misuse);
  });
  test.each(valueOptions)("$name: $option without a value", async (row) => {
    expect(await unnamed([...complete(row), row.option], row.option, row.placeholder)).toEqual(misuse);
    expect(await unnamed([...complete(row), row.option, "--help"], row.option, row.placeholder)).toEqual(misuse);
  });

  test.each(
    commands.flatMap((row) =>
      Object.entries(row.command.options ?? {}).flatMap(([name, { kind }]) =>
        kind === "flag" ? [{ ...row, option: `--${name}` }] : [],
      ),
    ),
  )("$name: $option with a value", async (row) =>
    expect(await unnamed([...complete(row), `${row.option}=yes`], row.option, "yes")).toEqual(misuse),
  );
});

describe("the outcome of the work", () => {
  const working = (work: Command["run"]): Command => ({
    ...root,
    subcommands: { work: { summary: "works", run: work } },
  });
  const streams = () => {
    const written: string[] = [];
    const stream = { isTTY: false, columns: 80, write: (text: string) => void written.push(text) };
    return { written, streams: { stdout: { ...stream, write: () => undefined }, stderr: stream } };
  };
  test("nothing returned is success", async () =>
    expect(
      await runCommandLine(
        working(() => Promise.resolve()),
        ["work"],
        {},
        streams().streams,
      ),
    ).toBe(0));
  test("an exit code is passed on", async () =>
    expect(
      await runCommandLine(
        working(() => Promise.resolve(1)),
        ["work"],
        {},
        streams().streams,
      ),
    ).toBe(1));
  test("an error is failure, and its message goes to standard error", async () => {
    const { written, streams: both } = streams();
    expect(
      await runCommandLine(
        working(() => Promise.reject(new Error("broken"))),
        ["work"],
        {},
        both,
      ),
    ).toBe(1);
    expect(written.join("")).toContain("broken");
  });
});

test("the real entry ends with the exit code", async () => {
  const { stdout, stderr } = process;
  const fx = createEffects({ env: {}, terminal: stdout, errors: stderr });
  const outcome = await fx.tryRun(["node", "--import", "tsx", "scripts/main.ts", "stage"]);
  expect(outcome).toMatchObject({ code: exitCodes.misuse, stdout: "" });
  expect(outcome.stderr).toContain(stageNames[0]);
});
