import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { importClosure } from "./import-closure.ts";

const files: Readonly<Record<string, string>> = {
  "a/main.ts": 'import { x } from "./other.ts";\nimport "../b/effect.ts";\nexport * from "./again.ts";',
  "a/other.ts": 'import type { T } from "../b/types.ts";\nimport { readFileSync } from "node:fs";',
  "a/again.ts": 'const late = () => import("./late.mjs");\nimport { x } from "./main.ts";',
  "a/late.mjs": 'import data from "./data.json" with { type: "json" };',
  "a/data.json": '{"from": "./nothing.ts"}',
  "a/unrelated.ts": "",
  "b/effect.ts": "",
  "b/types.ts": "",
};

test("follows every form of import, circles too, and no package", () =>
  expect(importClosure(["a/main.ts"], (path) => files[path] ?? "")).toEqual(
    Object.keys(files)
      .filter((path) => path !== "a/unrelated.ts")
      .toSorted(),
  ));

/** The sources that a module loads, from the list of scripts that Node writes for coverage tools. */
function loadedBy(module: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "wmd-loaded-"));
  try {
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", module], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], NODE_V8_COVERAGE: folder },
    });
    expect(status, stderr).toBe(0);
    const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Report);
    return reports
      .flatMap(({ result }) => result.map(({ url }) => url))
      .filter((url) => url.startsWith("file:"))
      .map((url) => relative(".", new URL(url).pathname))
      .filter((path) => !path.includes("node_modules"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Report {
  readonly result: readonly { readonly url: string }[];
}

test.each(["scripts/stages/build.ts", "scripts/stages/integrate.ts"])("%s loads no other source", (module) => {
  const loaded = loadedBy(module);
  expect(loaded).toContain(module);
  const closure = importClosure([module], (path) => readFileSync(path, "utf8"));
  expect(loaded.filter((path) => !closure.includes(path))).toEqual([]);
});
