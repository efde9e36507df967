import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { filesBelow } from "../core/files-below.ts";
import { importFinding, layers } from "./layers.mjs";

const folders = new Set(
  filesBelow(".")
    .map((path) => path.replace(/^\.\//u, ""))
    .filter((path) => /^(?:apps\/catalog\.ts$|(?:contract|scripts|tests|workflows-src)\/.*\.(?:ts|mjs)$)/u.test(path))
    .map((path) => path.replace(/\/[^/]+$/u, "")),
);

test("every folder with sources has exactly one layer, and no other folder is listed", () => {
  expect(layers.flat().toSorted()).toEqual([".", ...folders].toSorted());
});

test("scripts/README.md lists the folders of scripts from the highest layer to the lowest", () => {
  const readme = readFileSync("scripts/README.md", "utf8");
  const listed = [...readme.matchAll(/^\| `([\w-]+)\/` \|/gmu)].map(([, name = ""]) => `scripts/${name}`);
  const layerOf = (folder: string): number => layers.findIndex((layer) => layer.includes(folder));
  const inScripts = layers.flat().filter((folder) => /^scripts\/[\w-]+$/u.test(folder));
  expect(listed.toSorted()).toEqual(inScripts.toSorted());
  expect(listed.map(layerOf)).toEqual(listed.map(layerOf).toSorted((a, b) => b - a));
});

describe("an import", () => {
  test.each([
    { from: "scripts/lint/a.ts", to: "scripts/core/b.ts", reason: "it points down" },
    { from: "scripts/lint/a.ts", to: "scripts/lint/b.ts", reason: "it stays in its folder" },
    { from: "scripts/lint/a.test.ts", to: "scripts/stages/b.ts", reason: "it is that of a unit test" },
  ])("from $from of $to is accepted, because $reason", ({ from, to }) =>
    expect(importFinding(from, to)).toBeUndefined(),
  );

  test.each([
    { from: "contract/a.ts", to: "scripts/core/b.ts", reason: "it points up" },
    { from: "scripts/lint/a.ts", to: "scripts/chaos/b.ts", reason: "both folders are in one layer" },
    { from: "scripts/lint/a.ts", to: "scripts/core/b.test.ts", reason: "nothing imports a unit test" },
    { from: "scripts/new/a.ts", to: "scripts/core/b.ts", reason: "its folder has no layer" },
    { from: "scripts/lint/a.ts", to: "scripts/lint/new/b.ts", reason: "the other folder has no layer" },
  ])("from $from of $to is refused, because $reason", ({ from, to }) =>
    expect(importFinding(from, to)).toContain(to.includes("/new/") || from.includes("/new/") ? "has no layer" : to),
  );
});
