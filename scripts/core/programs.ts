/** The argv of the programs of our own dependencies. Pure. */
import type { Command } from "./command.ts";

const vitest = (...args: readonly string[]): Command => ["node", "node_modules/vitest/vitest.mjs", ...args];

export const tests = {
  /** Every integration test, as JSON, without running one. */
  listIntegration: vitest("list", "--json", "--config", "tests/integration/vitest.config.ts"),
} as const;

/** Programs of our own dependencies, called as files: `npx` would cost half a second each. */
const program = (name: string, ...args: readonly string[]): Command => [`node_modules/.bin/${name}`, ...args];

export const tools = {
  // By default four checkers run side by side, and each of them checks the types that the others need, too.
  types: program("tsc", "--project", ".", "--pretty", "false", "--checkers", "1"),
  // By name: the front end below apps/ has a configuration and dependencies of its own.
  lint: program(
    "oxlint",
    "--type-aware",
    "--deny-warnings",
    "apps/catalog.ts",
    "contract",
    "scripts",
    "tests",
    "workflows-src",
    "vitest.config.ts",
  ),
  format: program("oxfmt", "--check"),
  writeFormat: program("oxfmt"),
  unused: program("knip"),
  workflows: ["node", "scripts/bootstrap.mjs", "verify"] as Command,
  unitTests: (report: string): Command =>
    vitest("run", "--project", "unit", "--reporter=default", "--reporter=junit", `--outputFile.junit=${report}`),
  engineTests: (report: string): Command =>
    vitest("run", "--project", "engine", "--reporter=default", "--reporter=junit", `--outputFile.junit=${report}`),
} as const;
