import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isComplete, markComplete, missingPackages } from "./node-modules.mjs";

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "wmd-node-modules-"))));
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The lock file names one package, which is not installed. */
const lock = (locked: object) =>
  write("package-lock.json", JSON.stringify({ packages: { "": {}, "node_modules/tool": locked } }));
const missing = ["node_modules/tool"];

describe("missing packages", () => {
  test("are those without a package.json", () => {
    lock({});
    expect(missingPackages(root, "all")).toEqual(missing);
    write("node_modules/tool/package.json", "{}");
    expect(missingPackages(root, "all")).toEqual([]);
  });

  const here = { os: [process.platform], cpu: [process.arch] };
  test.each([
    { what: "a program for this machine", locked: here, found: missing },
    { what: "a program for another system", locked: { ...here, os: ["aix"] }, found: [] },
    { what: "a program for another processor", locked: { ...here, cpu: ["s390"] }, found: [] },
    { what: "a program for another C library", locked: { ...here, libc: ["none"] }, found: [] },
    { what: "a package without a system", locked: {}, found: [] },
  ])("among the optional: $what: $found", ({ locked, found }) => {
    lock({ ...locked, optional: true });
    expect(missingPackages(root, "all")).toEqual(found);
  });

  test.each([{ dev: true }, { optional: true }, { peer: true }, { devOptional: true }])(
    "of production are not those that are locked as %o",
    (locked) => {
      lock(locked);
      expect(missingPackages(root, "production")).toEqual([]);
      lock({});
      expect(missingPackages(root, "production")).toEqual(missing);
    },
  );
});

describe("node_modules", () => {
  test.each(["package-lock.json", "node_modules/.package-lock.json"])(
    "is not complete after a change of %s",
    (path) => {
      lock({});
      write("node_modules/.package-lock.json", "{}");
      markComplete(root, "all");
      expect(isComplete(root, "all")).toBe(true);
      write(path, "{ }");
      expect(isComplete(root, "all")).toBe(false);
    },
  );

  test("with all packages has those of production, and not the other way round", () => {
    lock({});
    mkdirSync(join(root, "node_modules"));
    markComplete(root, "production");
    expect([isComplete(root, "production"), isComplete(root, "all")]).toEqual([true, false]);
    markComplete(root, "all");
    expect([isComplete(root, "production"), isComplete(root, "all")]).toEqual([true, true]);
  });
});
