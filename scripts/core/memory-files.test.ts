import { expect, test } from "vitest";
import { memoryFiles } from "./memory-files.ts";

test("shows the files of the disk, but none that a run makes, until this run has made it", () => {
  const files = memoryFiles();
  expect(files.exists("package.json")).toBe(true);
  expect(files.exists(".pipeline")).toBe(false);
  files.write(".pipeline/oci/a", "a");
  expect(files.read(".pipeline/oci/a")).toBe("a");
  expect(files.list(".pipeline")).toEqual(["oci"]);
});

test("shows the folders of an earlier run that it is told to show, until they are removed", () => {
  const files = memoryFiles(["node_modules/vitest"]);
  expect(files.exists("node_modules/vitest/package.json")).toBe(true);
  files.remove("node_modules/vitest");
  expect(files.exists("node_modules/vitest/package.json")).toBe(false);
  expect(() => files.read("node_modules/vitest/package.json")).toThrow("ENOENT");
  files.write("node_modules/vitest/package.json", "{}");
  expect(files.read("node_modules/vitest/package.json")).toBe("{}");
});
