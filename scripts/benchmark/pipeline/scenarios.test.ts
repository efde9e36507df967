import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { additions, changedDocument, changedTemplate, lockFiles, scenarioNames } from "./scenarios.ts";

test.each([changedTemplate, changedDocument, ...lockFiles])("%s exists and ends with a line break", (path) => {
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, "utf8").at(-1)).toBe("\n");
});

describe("additions", () => {
  test.each([
    { scenario: "cold", paths: lockFiles },
    { scenario: "unchanged", paths: [] },
    { scenario: "template", paths: [changedTemplate] },
    { scenario: "documentation", paths: [changedDocument] },
    { scenario: "compile", paths: [] },
  ] as const)("of $scenario", ({ scenario, paths }) => expect([...additions(scenario, "mark").keys()]).toEqual(paths));

  test("differ with the mark", () => {
    const texts = (mark: string) => scenarioNames.flatMap((name) => [...additions(name, mark).values()]);
    expect(texts("one").filter((text) => texts("two").includes(text))).toEqual([]);
  });
});
