import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseReport } from "../reports/junit.ts";
import { type Linter, isConfig, junit, linters, scriptsOf, verdict } from "./linters.ts";

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
const workflow = `jobs:
  one:
    steps:
      - run: echo one
      - run: |
          cd here
          echo two
`;
const scripts = scriptsOf(".github/workflows/w.yml", workflow);
const all = linters(files, scripts);
const linter = (tool: Linter["tool"], file: string): Linter =>
  all.find((one) => one.tool === tool && one.files.includes(file))!;

test("each file has its linter", () => {
  expect(all.map(({ tool, files: theirs }) => [tool, theirs])).toEqual([
    ["zizmor", [".github/workflows/w.yml"]],
    ["shellcheck", ["c/x.sh"]],
    ["shellcheck", [".github/workflows/w.yml"]],
    ["hadolint", ["Dockerfile", "c/test.Dockerfile"]],
    ["hadolint", ["a/Dockerfile", "a/b/Dockerfile"]],
    ["gixy", ["nginx.conf"]],
  ]);
});

test("an ignore holds below the folder of its configuration, and nowhere else", () => {
  expect(linter("hadolint", "a/b/Dockerfile").command).toContain("a/.hadolint.yaml");
  expect(linter("hadolint", "Dockerfile").command).not.toContain("--config");
});

test("every ignore of ours says why", () => {
  const configs = [
    "apps/.hadolint.yaml",
    "scripts/engine/bases/.hadolint.yaml",
    "tests/.hadolint.yaml",
    "scripts/engine/.shellcheckrc",
    "tools/zizmor.yml",
    "tools/gixy.conf",
  ];
  for (const config of configs) {
    expect(isConfig(config)).toBe(true);
    const lines = readFileSync(config, "utf8").split("\n");
    const ignores = lines.filter((line) => /^\s*(?:- DL|disable=|ignore:|skips)/u.test(line));
    const reasons = lines.filter((line) => /^\s*[#;] .{20}/u.test(line));
    expect(ignores.length, config).toBeGreaterThan(0);
    expect(reasons.length, config).toBeGreaterThanOrEqual(ignores.length);
  }
});

test("a script of a workflow knows its line there", () => {
  expect(scripts.map(({ text, line }) => [text, line])).toEqual([
    ["echo one", 4],
    ["cd here\necho two\n", 6],
  ]);
  const said = JSON.stringify({ comments: [{ file: scripts[1]?.path, line: 2, code: 2086, message: "Double quote" }] });
  expect(linter("shellcheck", ".github/workflows/w.yml").read(said)).toEqual([
    { file: ".github/workflows/w.yml", line: 7, message: "SC2086: Double quote" },
  ]);
});

const comment = JSON.stringify({ comments: [{ file: "c/x.sh", line: 3, code: 2086, message: 'Say "<&>"' }] });
describe("a verdict", () => {
  const shell = linter("shellcheck", "c/x.sh");
  test.each<[string, { code: number; stdout?: string; stderr?: string }, readonly string[]]>([
    ["content", { code: 0, stdout: '{"comments":[]}' }, []],
    ["a finding", { code: 1, stdout: comment }, ['SC2086: Say "<&>"']],
    ["no such tool", { code: 127, stderr: "not found" }, ["shellcheck did not run: it ended with 127\nnot found"]],
    [
      "a broken tool",
      { code: 2, stderr: "c/x.sh: no such file" },
      ["shellcheck did not run: it ended with 2\nc/x.sh: no such file"],
    ],
    ["an answer that is not understood", { code: 0, stdout: "ok" }, ["shellcheck did not run: it ended with 0\nok"]],
    ["silence", { code: 0 }, ["shellcheck did not run: it ended with 0\n"]],
    [
      "red without a reason",
      { code: 1, stdout: '{"comments":[]}' },
      ['shellcheck did not run: it ended with 1\n{"comments":[]}'],
    ],
  ])("%s", (_, outcome, messages) => {
    const results = verdict(shell, { stdout: "", stderr: "", ...outcome });
    expect(results).toMatchObject([{ tool: "shellcheck", file: "c/x.sh" }]);
    expect(results.flatMap(({ findings }) => findings.map(({ message }) => message))).toEqual(messages);
  });

  test("about a file that nobody named is not lost", () => {
    expect(
      verdict(shell, { code: 1, stdout: comment.replace("c/x.sh", "other.sh"), stderr: "" }).map(
        ({ file, findings }) => [file, findings.length],
      ),
    ).toEqual([
      ["c/x.sh", 0],
      ["other.sh", 1],
    ]);
  });

  test("is a test case a tool and file", () => {
    const red = verdict(shell, { code: 1, stdout: comment, stderr: "" });
    expect(parseReport(junit([...red, { tool: "gixy", file: "nginx.conf", findings: [] }]))).toEqual([
      {
        name: "shellcheck › c/x.sh",
        file: "c/x.sh",
        line: 3,
        outcome: "failed",
        message: 'c/x.sh:3 SC2086: Say "<&>"',
      },
      { name: "gixy › nginx.conf", file: "nginx.conf", line: undefined, outcome: "passed", message: "" },
    ]);
  });
});
