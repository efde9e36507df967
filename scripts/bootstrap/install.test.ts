/** Which packages a command installs. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { stageNames } from "../../contract/contracts.ts";
import { importClosure } from "../proofs/import-closure.ts";
import { packagesFor, stagesWithoutDevelopment } from "./install.mjs";

describe("the packages", () => {
  test.each(stagesWithoutDevelopment)("of the stage %s are those of production where Node strips types", (stage) => {
    expect(packagesFor(["stage", stage], true)).toBe("production");
    expect(packagesFor(["stage", stage], false)).toBe("all");
  });

  test.each([["check"], ["stage", "check"], ["stage", "integrate"], ["stage"], ["start"], ["plan"], []])(
    "of `%s %s` are all",
    (...args) => expect(packagesFor(args, true)).toBe("all"),
  );
});

test("a stage needs development packages exactly if it imports one, or the programs of our dependencies", () => {
  const text = (path: string) => readFileSync(path, "utf8");
  const { devDependencies } = JSON.parse(text("package.json")) as { devDependencies: Readonly<Record<string, string>> };
  const needsDevelopment = (path: string) =>
    path === "scripts/core/programs.ts" ||
    [...text(path).matchAll(/\bfrom "((?:@[^/"]+\/)?[^./"][^/"]*)/gu)].some(([, name = ""]) => name in devDependencies);
  const importsOf = (path: string) =>
    [...text(path).matchAll(/\bfrom "(\.[^"]+)"/gu)].map(([, relative]) => join(dirname(path), relative!));
  const engine = ["scripts/engine/prepare-engine.ts", "scripts/cli/run-on-engine.ts"];
  /** What is loaded before a stage; `commands.ts` and `stage.ts` load the rest when it is named. */
  const before = [...importsOf("scripts/main.ts"), ...importsOf("scripts/cli/stage.ts"), ...engine].filter(
    (path) => path !== "scripts/cli/commands.ts",
  );
  expect(importClosure(before, text).filter(needsDevelopment)).toEqual([]);
  expect(
    stageNames.filter((name) => !importClosure([`scripts/stages/${name}.ts`], text).some(needsDevelopment)),
  ).toEqual(stagesWithoutDevelopment);
});
