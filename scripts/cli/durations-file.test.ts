import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { durationsOf } from "./durations-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wmd-durations-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the next run expects what this one took", () => {
  const file = join(folder, "below", "durations.json");
  expect(durationsOf(file).expected("unit tests")).toBeUndefined();
  durationsOf(file).record("unit tests", 1234.5);
  expect(durationsOf(file).expected("unit tests")).toBe(1235);
});

test.each(["", "{", "[]", '{"unit tests":"long"}'])("the file %j is no expectation", (text) => {
  const file = join(folder, "durations.json");
  writeFileSync(file, text);
  expect(durationsOf(file).expected("unit tests")).toBeUndefined();
});

test("a file that cannot be written is no failure", () => {
  writeFileSync(join(folder, "file"), "");
  const durations = durationsOf(join(folder, "file", "durations.json"));
  durations.record("unit tests", 1);
  expect(durations.expected("unit tests")).toBe(1);
});
