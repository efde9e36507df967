/** The command's arguments. Its work takes minutes; `scripts/mutants` has the tests of its parts. */
import { expect, test } from "vitest";
import { rootFor } from "./commands.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import { runCommandLine } from "./run-command-line.ts";

const silent = { isTTY: false, columns: 80, write: () => undefined };
const run = async (...args: readonly string[]) =>
  runCommandLine(await rootFor("mutants"), ["mutants", ...args], {}, { stdout: silent, stderr: silent });

test("the help ends without a mutant", async () => expect(await run("--help")).toBe(exitCodes.ok));

test.each(["../contract", "/etc", "", "a b"])("--only %j is no path in the repository", async (path) =>
  expect(await run("--only", path)).toBe(exitCodes.misuse),
);
