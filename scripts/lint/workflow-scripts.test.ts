import { expect, test } from "vitest";
import { inWorkflow, scriptsOf } from "./workflow-scripts.ts";

const path = ".github/workflows/w.yml";
const scripts = scriptsOf(
  path,
  `jobs:
  one:
    steps:
      - run: echo one
      - run: |
          cd here
          echo two
`,
);

test("a script of a workflow has the line of the workflow on which it begins", () => {
  expect(scripts.map(({ text, line }) => [text, line])).toEqual([
    ["echo one", 4],
    ["cd here\necho two\n", 6],
  ]);
});

test("a finding in a script becomes a finding in its workflow", () => {
  const finding = { file: scripts[1]?.path ?? "", line: 2, message: "SC2086: Double quote" };
  expect(inWorkflow(finding, scripts)).toEqual({ file: path, line: 7, message: "SC2086: Double quote" });
});
