import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import { isLitter, sourcesOf } from "./sync-sources.ts";

test("the sources are the Python packages without the tests, and the shared package", () => {
  const files = ["shop/__init__.py", "tests/__init__.py"].map((path) => `apps/x/${path}`);
  expect(sourcesOf("apps/x", ["Dockerfile", "frontend", "shop", "tests"], (path) => files.includes(path))).toEqual([
    { from: "apps/x/shop", to: "/app/shop" },
    { from: "apps/appkit/appkit", to: "/app/appkit" },
  ]);
});

test.each(appNames)("%s has a package of its own", (app) => {
  const context = `apps/${catalog[app].image}`;
  expect(sourcesOf(context, readdirSync(context), existsSync).length).toBeGreaterThan(1);
});

describe("files left by Python or an editor", () => {
  test.each(["__pycache__/a.pyc", "a/__pycache__", ".a.py.swp", "a/.git/x", "a.py~", "4913", "b/4913"])("%s", (path) =>
    expect(isLitter(path)).toBe(true),
  );
  test.each(["a.py", "templates/a.html", "static/a.b.css", "14913/a.py"])("not %s", (path) =>
    expect(isLitter(path)).toBe(false),
  );
});
