import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = resolve("verify.ts");
const works: Readonly<Record<string, string>> = {
  vitest: `
    const { writeFileSync } = require("node:fs");
    const option = (name) => process.argv.find((word) => word.startsWith(name)).slice(name.length);
    writeFileSync(option("--coverage.reportsDirectory=") + "/coverage.xml", "<coverage/>");
    console.log("12 passed");`,
  tsc: `console.log("Files: 7")`,
  oxlint: `console.log("Found 0 warnings")`,
};
const broken: Readonly<Record<string, string | null>> = {
  missing: null,
  crashing: "process.abort()",
  complaining: `console.log("1 error"); process.exitCode = 1`,
  silent: "",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verify-"));
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** In a folder where each tool is a program of a few words. */
function verify(tools: Readonly<Record<string, string | null>>) {
  for (const [name, body] of Object.entries(tools)) {
    const path = join(folder, "node_modules/.bin", name);
    if (body !== null) writeFileSync(path, `#!${process.execPath}\n${body}\n`, { mode: 0o755 });
  }
  const { status } = spawnSync(process.execPath, [program], { cwd: folder, env: { REPORTS: folder } });
  return { status, report: readFileSync(join(folder, "lint.xml"), "utf8") };
}

test("tools that are content give a green verdict", () => {
  const { status, report } = verify(works);
  expect(status).toBe(0);
  expect(report).not.toContain("<failure");
});

describe.each(Object.keys(works))("%s", (tool) => {
  test.each(Object.entries(broken))("%s is red", (_, body) => {
    const { status, report } = verify({ ...works, [tool]: body });
    expect(status).toBe(1);
    expect(report).toContain(`message="${tool} failed"`);
  });
});

test("tests without coverage are red", () => {
  const { status, report } = verify({ ...works, vitest: `console.log("12 passed")` });
  expect(status).toBe(1);
  expect(report).toContain(`message="coverage failed"`);
});
