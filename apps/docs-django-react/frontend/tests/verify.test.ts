import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = resolve("verify.ts");
const passing: Readonly<Record<string, string>> = {
  vitest: `
    const { writeFileSync } = require("node:fs");
    const option = (name) => process.argv.find((word) => word.startsWith(name)).slice(name.length);
    writeFileSync(option("--coverage.reportsDirectory=") + "/coverage.xml", "<coverage/>");
    console.log("12 passed");`,
  tsc: `console.log("Files: 7")`,
  oxlint: `console.log("Found 0 warnings")`,
};
const failing: Readonly<Record<string, string | null>> = {
  missing: null,
  crashing: "process.abort()",
  unsuccessful: `console.log("1 error"); process.exitCode = 1`,
  silent: "",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verify-"));
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs verify.ts in a folder where each tool is replaced by a short program. */
function verify(tools: Readonly<Record<string, string | null>>) {
  for (const [name, body] of Object.entries(tools)) {
    const path = join(folder, "node_modules/.bin", name);
    if (body !== null) writeFileSync(path, `#!${process.execPath}\n${body}\n`, { mode: 0o755 });
  }
  const { status } = spawnSync(process.execPath, [program], { cwd: folder, env: { REPORTS: folder } });
  return { status, report: readFileSync(join(folder, "lint.xml"), "utf8") };
}

test("succeeds if every tool succeeds", () => {
  const { status, report } = verify(passing);
  expect(status).toBe(0);
  expect(report).not.toContain("<failure");
});

describe.each(Object.keys(passing))("%s", (tool) => {
  test.each(Object.entries(failing))("fails if the tool is %s", (_, body) => {
    const { status, report } = verify({ ...passing, [tool]: body });
    expect(status).toBe(1);
    expect(report).toContain(`message="${tool} failed"`);
  });
});

test("fails if the tests write no coverage", () => {
  const { status, report } = verify({ ...passing, vitest: `console.log("12 passed")` });
  expect(status).toBe(1);
  expect(report).toContain(`message="coverage failed"`);
});
