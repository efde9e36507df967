import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../../apps/catalog.ts";
import { UserError } from "../../../contract/user-error.ts";
import { additions, changedDocument, changedTemplate, lockFiles, scenarioNames } from "./scenarios.ts";

/** Any application: which of those of the catalog have templates does not matter here. */
const [app] = appNames as [(typeof appNames)[number]];
const { image } = catalog[app];
const template = `apps/${image}/pages/templates/a.html`;
const sources = [`apps/${image}/pages/templates/b.html`, template, `apps/${image}/manage.py`];

test.each([changedDocument, ...lockFiles])("%s exists", (path) => expect(existsSync(path)).toBe(true));

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

describe("the changed template", () => {
  test("is the first one of an application", () => expect(changedTemplate(sources)).toBe(template));

  test.each([["a.html"], ["apps/appkit/templates/a.html"], [`apps/${image}/frontend/index.html`]])(
    "is not %s",
    (path) => expect(() => changedTemplate([path])).toThrow(UserError),
  );
});
