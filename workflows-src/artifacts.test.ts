/** The generated files as files: their first line, and their drift. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appNames, catalog } from "../apps/catalog.ts";
import { artifacts, documents, generatedMark } from "./artifacts.ts";
import { drift, write } from "./synth.ts";

const scripts = ["apps/postgres/setup.sh", "apps/reverse-proxy/start.sh"];
const noScripts = { setup: "", start: "" };
const dockerfiles = Object.values(catalog).map(({ image }) => `apps/${image}/Dockerfile`);
const readmes = documents.map(({ path }) => path);
test("each file says what it is generated from, and what that is exists", () => {
  for (const { path, text } of artifacts(catalog, noScripts)) {
    const [first] = text.split("\n");
    expect(`${path}: ${first}`).toContain(generatedMark);
    for (const [source] of first!.matchAll(/[\w/-]+\.ts/gu)) expect(existsSync(source)).toBe(true);
  }
});

test("compiling is deterministic, and needs nothing but its arguments", () => {
  expect(artifacts(catalog, noScripts)).toEqual(artifacts(structuredClone(catalog), noScripts));
});

test.each([
  { script: { setup: "b" }, files: ["stack.yml"] },
  { script: { start: "b" }, files: ["docker-compose.yml", "docker-compose.test.yml", "stack.yml"] },
])("another text of a mounted script changes $files, so that its service is started anew", ({ script, files }) => {
  const before = artifacts(catalog, noScripts);
  const changed = artifacts(catalog, { ...noScripts, ...script }).filter(
    ({ text }, index) => text !== before[index]?.text,
  );
  expect(changed.map(({ path }) => path)).toEqual(files);
});

describe("on disk", () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const paths = artifacts(catalog, noScripts).map(({ path }) => path);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "artifacts-"));
    for (const path of [...scripts, ...dockerfiles, ...readmes]) put(path, readFileSync(path, "utf8"));
    write(root);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("what was written has no drift, and is not written again", () => {
    expect(drift(root)).toEqual([]);
    expect(write(root)).toEqual([]);
  });

  test("it is what is committed", () => {
    for (const path of [...paths, ...readmes])
      expect(readFileSync(path, "utf8"), path).toBe(readFileSync(at(path), "utf8"));
  });

  test.each(paths)("an edited %s is shown as a patch, and put back", (path) => {
    put(path, `${readFileSync(at(path), "utf8")}# by hand\n`);
    const found = drift(root);
    expect(found.map((one) => one.path)).toEqual([path]);
    expect(found[0]?.patch).toContain("\n-# by hand\n");
    expect(write(root)).toEqual([path]);
    expect(drift(root)).toEqual([]);
  });

  test("a missing file is drift, and comes back", () => {
    rmSync(at("nginx.conf"));
    expect(drift(root).map(({ path }) => path)).toEqual(["nginx.conf"]);
    expect(write(root)).toEqual(["nginx.conf"]);
  });

  test("an orphan of ours goes", () => {
    const orphan = ".github/workflows/old.yml";
    put(orphan, `# ${generatedMark} from workflows-src/old.ts: edit that, not this.\non: push\n`);
    expect(drift(root)).toEqual([{ path: orphan, patch: `${orphan}: nothing generates it any more\n` }]);
    expect(write(root)).toEqual([orphan]);
    expect(existsSync(at(orphan))).toBe(false);
  });

  test.each([
    [".github/workflows/mine.yml", "name: Mine\non: push\n"],
    [
      ".github/workflows/about.yml",
      `name: About\n${"# a long comment of a person\n".repeat(10)}# it says: ${generatedMark}\n`,
    ],
    ["docker-compose.override.yml", "services: {}\n"],
    ["NOTES.md", `# Notes\n${generatedMark} from what the sources say\n`],
    ["quoted.yml", `# ${generatedMark}\non: push\n`],
    ["docs/notes.md", `${generatedMark} from nowhere\n`],
  ])("%s, written by hand, is never touched", (path, text) => {
    put(path, text);
    expect(drift(root)).toEqual([]);
    expect(write(root)).toEqual([]);
    expect(readFileSync(at(path), "utf8")).toBe(text);
  });

  test.each(documents)("$path: a generated table is renewed, and no word beside it", ({ path }) => {
    const text = readFileSync(at(path), "utf8");
    const [region] = text.match(/<!-- \w+: GENERATED[^]*?<!-- end of/u)!;
    const row = region.match(/^\| .*$/gmu)!.find((one) => appNames.some((app) => one.includes(app)))!;
    put(path, `${text.replace(row, "| by hand |")}\nby hand\n`);
    expect(drift(root).map((one) => one.path)).toEqual([path]);
    expect(write(root)).toEqual([path]);
    expect(readFileSync(at(path), "utf8")).toBe(`${text}\nby hand\n`);
  });

  test("a hand-written file in the place of a generated one is shown before it is replaced", () => {
    put("stack.yml", "services: {}\n");
    expect(drift(root)[0]?.patch).toContain("\n-services: {}\n");
  });
});
