/**
 * `node verify.ts` runs the tests with coverage, the type check and the linter of the front end.
 *
 * Every tool runs, even if another one fails. The reports go to `$REPORTS`: `junit.xml`, `coverage.xml`
 * and `lint.xml`, which has a test case per tool with the output of a failed one. Exits with 0 only if
 * every tool succeeded.
 */

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Result {
  readonly tool: string;
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
}

const reports = process.env["REPORTS"] ?? "reports";
const coverage = mkdtempSync(join(tmpdir(), "coverage-"));

const tools: Readonly<Record<string, readonly string[]>> = {
  vitest: [
    "run",
    "--configLoader=native",
    "--coverage",
    `--coverage.reportsDirectory=${coverage}`,
    "--reporter=default",
    "--reporter=junit",
    `--outputFile.junit=${join(reports, "junit.xml")}`,
  ],
  tsc: ["--noEmit", "--diagnostics"],
  oxlint: ["--type-aware", "--deny-warnings"],
};

const run = (tool: string, argv: readonly string[]): Result => {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(join("node_modules", ".bin", tool), argv, {
    encoding: "utf8",
    maxBuffer: Number.POSITIVE_INFINITY,
    // The user in the container has no home directory, but vitest writes into it.
    env: { ...process.env, NO_COLOR: "1", HOME: tmpdir() },
  });
  const output = error ? error.message : `${stdout}${stderr}`;
  console.log(output);
  // Each tool prints a summary; an empty output means that it did not run.
  return { tool, ok: status === 0 && output.trim() !== "", output, seconds: (performance.now() - start) / 1000 };
};

const escaped = (text: string): string =>
  text
    .replaceAll(/[^\P{Cc}\n\t]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

const testCase = ({ tool, ok, output, seconds }: Result): string => {
  const failure = ok ? "" : `<failure message="${tool} failed">${escaped(output)}</failure>`;
  return `<testcase classname="verify" name="${tool}" time="${seconds.toFixed(3)}">${failure}</testcase>`;
};

const lintReport = (results: readonly Result[]): string => {
  const failures = results.filter(({ ok }) => !ok).length;
  const cases = results.map(testCase).join("\n");
  return `<?xml version="1.0" encoding="utf-8"?>
<testsuites>
<testsuite name="verify" tests="${results.length}" failures="${failures}" errors="0" skipped="0">
${cases}
</testsuite>
</testsuites>
`;
};

for (const name of ["junit.xml", "coverage.xml", "lint.xml"]) rmSync(join(reports, name), { force: true });
const results = Object.entries(tools).map(([tool, argv]) => run(tool, argv));
try {
  copyFileSync(join(coverage, "coverage.xml"), join(reports, "coverage.xml"));
} catch (cause) {
  results.push({ tool: "coverage", ok: false, output: `no coverage.xml: ${String(cause)}`, seconds: 0 });
}
writeFileSync(join(reports, "lint.xml"), lintReport(results));
for (const { tool, ok } of results) console.log(`${ok ? "ok    " : "FAILED"} ${tool}`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
