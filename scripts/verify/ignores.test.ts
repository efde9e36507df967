import { describe, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { readIgnores, withoutIgnored } from "./ignores.ts";

const reason = "the reason is long enough to be one";
const finding = (rule: string, file: string) => ({
  file: `.github/workflows/${file}`,
  line: 1,
  column: 1,
  rule,
  message: "two words",
});
const left = (ignore: object) =>
  withoutIgnored(
    [finding("a/b", "one.yml"), finding("a/b", "two.yml"), finding("c", "one.yml")],
    readIgnores("verify.yml", JSON.stringify({ ignore: [ignore] })),
    [".github/workflows/one.yml", ".github/workflows/two.yml"],
    "verify.yml",
  ).map(({ file, rule }) => `${file.replace(/^.*\//u, "")} ${rule}`);

describe("an accepted finding", () => {
  test.each([
    { ignore: { rule: "a/b", file: "one.yml" }, is: ["two.yml a/b", "one.yml c"] },
    { ignore: { rule: "a/b" }, is: ["one.yml c"] },
    { ignore: { rule: "a/b", file: "one.yml", message: "words" }, is: ["two.yml a/b", "one.yml c"] },
    {
      ignore: { rule: "a/b", file: "one.yml", message: "other" },
      is: ["one.yml a/b", "two.yml a/b", "one.yml c", "verify.yml unused-ignore"],
    },
    {
      ignore: { rule: "d", file: "two.yml" },
      is: ["one.yml a/b", "two.yml a/b", "one.yml c", "verify.yml unused-ignore"],
    },
    { ignore: { rule: "d", file: "three.yml" }, is: ["one.yml a/b", "two.yml a/b", "one.yml c"] },
  ])("by $ignore leaves $is", ({ ignore, is }) => expect(left({ ...ignore, reason })).toEqual(is));

  test.each([
    "a: [",
    "",
    "ignore: a",
    "ignore: [{ rule: a }]",
    'ignore: [{ rule: a, reason: "" }]',
    "ignore: [{ rule: a, reason: short }]",
    `ignore: [{ reason: ${reason} }]`,
    `ignore: [{ rule: a, fiel: b, reason: ${reason} }]`,
  ])("is refused in the list %j", (text) => expect(() => readIgnores("verify.yml", text)).toThrow(UserError));
});
