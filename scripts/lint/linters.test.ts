import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isConfig, linters } from "./linters.ts";

const files = [
  "Dockerfile",
  "a/Dockerfile",
  "a/b/Dockerfile",
  "a/.hadolint.yaml",
  "c/test.Dockerfile",
  "c/x.sh",
  "nginx.conf",
  ".github/workflows/w.yml",
  "docs/Dockerfile.md",
];
const all = linters(files);
const commandFor = (file: string) => all.find((linter) => linter.files.includes(file))?.command;

test("each file has its linter", () => {
  expect(all.map(({ tool, files: own }) => [tool, own])).toEqual([
    ["shellcheck", ["c/x.sh"]],
    ["hadolint", ["Dockerfile", "c/test.Dockerfile"]],
    ["hadolint", ["a/Dockerfile", "a/b/Dockerfile"]],
    ["gixy", ["nginx.conf"]],
  ]);
});

test("a configuration of hadolint applies below its folder only", () => {
  expect(commandFor("a/b/Dockerfile")).toContain("a/.hadolint.yaml");
  expect(commandFor("Dockerfile")).not.toContain("--config");
});

test("every exception in our configurations has a comment that explains it", () => {
  const configs = [
    "apps/.hadolint.yaml",
    "scripts/engine/bases/.hadolint.yaml",
    "tests/.hadolint.yaml",
    "scripts/engine/.shellcheckrc",
    "tools/gixy.conf",
  ];
  for (const config of configs) {
    expect(isConfig(config)).toBe(true);
    const lines = readFileSync(config, "utf8").split("\n");
    const exceptions = lines.filter((line) => /^\s*(?:- DL|disable=|ignore:|skips)/u.test(line));
    const reasons = lines.filter((line) => /^\s*[#;] .{20}/u.test(line));
    expect(exceptions.length, config).toBeGreaterThan(0);
    expect(reasons.length, config).toBeGreaterThanOrEqual(exceptions.length);
  }
});
