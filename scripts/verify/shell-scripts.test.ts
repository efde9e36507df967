import { describe, expect, test } from "vitest";
import { inWorkflow, scriptsOf } from "./shell-scripts.ts";
import { parseYaml } from "./workflow/document.ts";
import { workflowOf } from "./workflow/workflow.ts";

const file = ".github/workflows/w.yml";

const scriptsIn = (text: string) => {
  const document = parseYaml(file, text);
  if (!("texts" in document)) throw new Error(document.message);
  return scriptsOf(workflowOf(document), 0);
};

const scripts = scriptsIn(`jobs:
  one:
    steps:
      - run: echo one
      - run: |
          cd here
          echo \${{ matrix.two }}
      - run: >
          echo
          three
`);

test("a script begins with the shell that runs it, and has a place holder for each expression", () => {
  expect(scripts.map(({ text }) => text)).toEqual([
    "#!/bin/bash -e\necho one\n",
    `#!/bin/bash -e\ncd here\necho ${"_".repeat("${{ matrix.two }}".length)}\n\n`,
    "#!/bin/bash -e\necho three\n\n",
  ]);
});

test.each([
  { script: 0, line: 2, is: { line: 4, column: 14 }, form: "a plain text" },
  { script: 1, line: 3, is: { line: 7, column: 11 }, form: "a block" },
  { script: 2, line: 2, is: { line: 8, column: 9 }, form: "a folded text, which has lines of its own" },
])("a finding in $form is reported in its workflow", ({ script, line, is }) => {
  const finding = { file: scripts[script]!.path, line, column: 1, message: "SC2086: Double quote" };
  expect(inWorkflow(finding, scripts)).toEqual({ file, ...is, rule: "shellcheck/SC2086", message: "Double quote" });
});

describe("the shell of a step", () => {
  test.each([
    { job: "", step: "", is: ["#!/bin/bash -e"] },
    { job: "", step: "shell: sh", is: ["#!/bin/sh -e"] },
    { job: "", step: "shell: bash --noprofile {0}", is: ["#!/bin/bash"] },
    { job: "", step: "shell: bash -eo pipefail {0}", is: ["#!/bin/bash -e"] },
    { job: "", step: "shell: python", is: [] },
    { job: "runs-on: windows-2025", step: "", is: [] },
    { job: "runs-on: windows-2025", step: "shell: bash", is: ["#!/bin/bash -e"] },
    { job: "container: alpine", step: "", is: ["#!/bin/sh -e"] },
    { job: "defaults: { run: { shell: pwsh } }", step: "", is: [] },
    { job: "defaults: { run: { shell: pwsh } }", step: "shell: bash", is: ["#!/bin/bash -e"] },
  ])("in a job with `$job` and `$step` is $is", ({ job, step, is }) => {
    const text = ["jobs:", "  one:", job && `    ${job}`, "    steps:", "      - run: echo", step && `        ${step}`];
    expect(scriptsIn(text.filter(Boolean).join("\n")).map((one) => one.text.split("\n")[0])).toEqual(is);
  });
});
