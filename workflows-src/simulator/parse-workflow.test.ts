import { describe, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { parseWorkflowFile } from "./parse-workflow.ts";

const good = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo\n";

test.each([
  ["plain", good],
  ["CRLF", good.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${good}`],
  ["an anchor", good.replace("run: echo", "run: &x echo\n      - run: *x")],
])("%s is accepted", async (_, text) =>
  expect(await parseWorkflowFile("w.yml", text)).toMatchObject({ on: "push", jobs: { a: {} } }),
);

describe("each is an error in one line that names the file, and the place where there is one", () => {
  test.each([
    ["nothing", "", false],
    ["blanks", " \n ", false],
    ["a tab", "on: push\njobs:\n\ta: {}\n", true],
    ["no YAML", "on: [push\njobs: {", true],
    ["a list", "- on: push\n", true],
    ["a text", "hello\n", true],
    ["no jobs", "on: push\n", true],
    ["a key twice", `${good}on: pull_request\n`, true],
    ["an unknown key", good.replace("runs-on", "runs-at"), true],
    ["an unknown event", good.replace("push", "pusj"), true],
    ["a broken expression", good.replace("    steps", "    if: github.ref ==\n    steps"), true],
    ["an unknown function", good.replace("    steps", "    if: sucess()\n    steps"), true],
    ["an unknown need", good.replace("    steps", "    needs: b\n    steps"), true],
    ["a circle of needs", good.replace("    steps", "    needs: a\n    steps"), true],
    ["an anchor that contains itself", "&a [*a]\n", true],
    ["ten megabytes", "x".repeat(10_000_000), false],
  ])("%s", async (_, text, hasPlace) => {
    const failure = await parseWorkflowFile("w.yml", text).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(failure).toBeInstanceOf(UserError);
    const { message } = failure as UserError;
    expect(message).toMatch(hasPlace ? /^w\.yml:\d+:\d+: .+$/u : /^w\.yml .+$/u);
  });
});
