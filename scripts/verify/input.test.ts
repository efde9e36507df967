import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordingEffects } from "../core/recording-effects.ts";
import { largestFile } from "./input.ts";
import { verify } from "./verify.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "wmd-verify-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const good = "on: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n";
const bytes = (text: string) => new TextEncoder().encode(text);

/** None of these is given to a program: the recording effects would answer with no output. */
const found = (path: string) => verify([path], folder, recordingEffects({}).fx);

describe("a file that is no workflow is one finding", () => {
  test.each<{ readonly what: string; readonly content: Uint8Array; readonly rule: string; readonly line: number }>([
    { what: "nothing", content: bytes(""), rule: "empty-file", line: 1 },
    { what: "white space", content: bytes("\n  \n"), rule: "empty-file", line: 1 },
    { what: "comments", content: bytes("# on: push\n"), rule: "empty-file", line: 1 },
    { what: "an empty document", content: bytes("---\n"), rule: "empty-file", line: 1 },
    { what: "text that is no YAML", content: bytes("on: [push\njobs: }\n"), rule: "yaml-syntax", line: 2 },
    { what: "a quote that is not closed", content: bytes('name: "a\n'), rule: "yaml-syntax", line: 2 },
    { what: "a program", content: bytes("#!/bin/sh\nif true; then: [\n"), rule: "yaml-syntax", line: 3 },
    { what: "a key twice", content: bytes(`${good}on: push\n`), rule: "duplicate-key", line: 7 },
    { what: "a key twice, deep inside", content: bytes(`${good}        run: make\n`), rule: "duplicate-key", line: 7 },
    { what: "an anchor in itself", content: bytes("on: &a [*a]\n"), rule: "anchor-loop", line: 1 },
    {
      what: "anchors in each other",
      content: bytes("a: &a\n  b: &b\n    c: *a\n    d: *b\n"),
      rule: "anchor-loop",
      line: 3,
    },
    { what: "an anchor that is not there", content: bytes("on: *none\n"), rule: "yaml-syntax", line: 1 },
    { what: "too many aliases", content: bytes(bomb()), rule: "alias-count", line: 1 },
    {
      what: "lists in lists",
      content: bytes(`on: ${"[".repeat(200)}${"]".repeat(200)}\n`),
      rule: "nesting-depth",
      line: 1,
    },
    { what: "nothing but brackets", content: bytes("[".repeat(500_000)), rule: "nesting-depth", line: 1 },
    { what: "lists in lines", content: bytes(`on:\n  ${"- ".repeat(5000)}a\n`), rule: "nesting-depth", line: 1 },
    { what: "a tab", content: bytes(good.replace("\n  one", "\n\tone")), rule: "tab", line: 3 },
    { what: "line ends of Windows", content: bytes(good.replaceAll("\n", "\r\n")), rule: "carriage-return", line: 1 },
    { what: "one line end of Windows", content: bytes(`${good}name: a\r\n`), rule: "carriage-return", line: 7 },
    { what: "a byte order mark", content: bytes(`\u{FEFF}${good}`), rule: "byte-order-mark", line: 1 },
    { what: "Latin-1", content: Uint8Array.of(...bytes(`${good}name: `), 0xe9, 0x0a), rule: "not-utf8", line: 7 },
    { what: "UTF-16", content: Uint8Array.of(0xff, 0xfe, 0x6f, 0x00), rule: "not-utf8", line: 1 },
    { what: "a zero byte", content: bytes(`${good}name: a\0b\n`), rule: "not-utf8", line: 7 },
    { what: "10 MB", content: bytes(`${good}${"# x\n".repeat(2_500_000)}`), rule: "file-size", line: 1 },
    { what: "one byte too many", content: bytes("#".repeat(largestFile + 1)), rule: "file-size", line: 1 },
  ])("$what: $rule", async ({ content, rule, line }) => {
    writeFileSync(join(folder, "w.yml"), content);
    const findings = await found("w.yml");
    expect(findings.map((one) => [one.file, one.rule, one.line])).toEqual([["w.yml", rule, line]]);
  });

  test.each([
    { what: "a name that does not exist", path: "none.yml", rule: "missing-file" },
    { what: "a name below a file", path: "w.yml/w.yml", rule: "missing-file" },
    { what: "a folder", path: "folder", rule: "not-a-file" },
    { what: "a device", path: "/dev/zero", rule: "not-a-file" },
    { what: "a link to itself", path: "link.yml", rule: "missing-file" },
    { what: "a name that is too long", path: "a".repeat(5000), rule: "unreadable-file" },
  ])("$what: $rule", async ({ path, rule }) => {
    writeFileSync(join(folder, "w.yml"), good);
    mkdirSync(join(folder, "folder"), { recursive: true });
    rmSync(join(folder, "link.yml"), { force: true });
    symlinkSync("link.yml", join(folder, "link.yml"));
    expect((await found(path)).map((one) => [one.file, one.rule])).toEqual([[path, rule]]);
  });
});

/** Nine lists of nine aliases each. */
function bomb(): string {
  const names = "abcdefghi".split("");
  return names
    .map(
      (name, index) =>
        `${name}: &${name} [${
          index === 0
            ? "x"
            : Array(9)
                .fill(`*${names[index - 1]}`)
                .join()
        }]\n`,
    )
    .join("");
}
