/** The command itself, with files that no program has to look at. */
import { afterEach, expect, test, vi } from "vitest";
import { rootFor } from "./commands.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import { runCommandLine } from "./run-command-line.ts";

afterEach(() => vi.restoreAllMocks());

async function run(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  let output = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += String(text);
    return true;
  });
  const silent = { isTTY: false, columns: 80, write: () => undefined };
  const code = await runCommandLine(await rootFor("verify"), ["verify", ...args], env, {
    stdout: silent,
    stderr: silent,
  });
  return { code, output };
}

test("a finding is one line with its place, its rule and its message", async () => {
  const { code, output } = await run({}, "none.yml", "docs");
  expect(code).toBe(exitCodes.failed);
  expect(output.split("\n")).toEqual([
    expect.stringMatching(/^docs:1:1: not-a-file: \S/u),
    expect.stringMatching(/^none\.yml:1:1: missing-file: \S/u),
    "",
  ]);
});

test("findings are JSON with --json", async () => {
  const { code, output } = await run({}, "--json", "none.yml");
  expect(code).toBe(exitCodes.failed);
  expect(JSON.parse(output)).toMatchObject([{ file: "none.yml", line: 1, column: 1, rule: "missing-file" }]);
});

test("a file is looked for where npm was called", async () => {
  expect((await run({ INIT_CWD: `${process.cwd()}/scripts` }, "cli")).output).toMatch(/^cli:1:1: not-a-file: /u);
});
