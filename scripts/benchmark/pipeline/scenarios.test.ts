import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { recordingEffects } from "../../core/recording-effects.ts";
import { readSourceTree } from "../../core/source-tree.ts";
import { additions, changedDocument, changedTemplate, lockFiles, scenarioNames } from "./scenarios.ts";

const sources = [...(await readSourceTree(recordingEffects({}).fx)).keys()];
const template = changedTemplate(sources);

test.each([template, changedDocument, ...lockFiles])("%s exists", (path) => expect(existsSync(path)).toBe(true));

test.each([changedDocument, ...lockFiles])("%s ends with a line break", (path) =>
  expect(readFileSync(path, "utf8").at(-1)).toBe("\n"),
);

describe("additions", () => {
  test.each([
    { scenario: "cold", paths: lockFiles },
    { scenario: "unchanged", paths: [] },
    { scenario: "template", paths: [template] },
    { scenario: "documentation", paths: [changedDocument] },
    { scenario: "compile", paths: [] },
  ] as const)("of $scenario", ({ scenario, paths }) =>
    expect([...additions(scenario, "mark", sources).keys()]).toEqual(paths),
  );

  test("differ with the mark", () => {
    const texts = (mark: string) => scenarioNames.flatMap((name) => [...additions(name, mark, sources).values()]);
    expect(texts("one").filter((text) => texts("two").includes(text))).toEqual([]);
  });
});

test("without a template there is nothing to change", () =>
  expect(() => changedTemplate(["a.html"])).toThrow(TypeError));
