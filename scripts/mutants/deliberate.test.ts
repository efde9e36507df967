/** Every deliberate mutant is reported by the rule that its entry names, and a mutant that does not apply is an error. */
import { describe, expect, test } from "vitest";
import { catalog } from "../../apps/catalog.ts";
import { UserError } from "../../contract/user-error.ts";
import { findingsAbout } from "../../workflows-src/properties/compiled-findings.ts";
import { committedFiles } from "../../workflows-src/testing/compiled-files.ts";
import { deliberate, deliberateMutant } from "./deliberate.ts";
import { added, dropped, replaced, set } from "./deliberate/deliberate.ts";
import { applied } from "./text-mutant.ts";

test("there are many of them, each with a name of its own", () => {
  const names = deliberate.map(({ file, name }) => `${file}: ${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(80);
});

test("each is reported by the rule that its entry names", () => {
  const missed = deliberate.filter((one) => {
    const texts = applied(deliberateMutant(one, committedFiles), committedFiles);
    const rules = findingsAbout([one.file], texts, catalog).map(({ rule }) => rule);
    return !rules.includes(one.rule);
  });
  expect(missed.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});

describe("a mutant that does not apply is an error", () => {
  const stack = deliberate.find(({ file }) => file === "stack.yml");
  test.each([
    ["a text that is not there", replaced("no such text", "")],
    ["a place that is not there", replaced("services:", "", "no such place")],
    ["a key that is not there", dropped(["services", "none", "image"])],
    ["a parent that is not there", set(["services", "none", "image"], "a")],
    ["a list that is not there", added(["services", "none", "networks"], "a")],
  ])("%s", (_, change) => expect(() => deliberateMutant({ ...stack!, change }, committedFiles)).toThrow(UserError));

  test("a change that changes nothing", () => {
    const change = replaced("services:", "services:");
    expect(() => applied(deliberateMutant({ ...stack!, change }, committedFiles), committedFiles)).toThrow(UserError);
  });
});
