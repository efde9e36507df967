import { expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { recordingEffects } from "../core/recording-effects.ts";
import { uncheckedArtifacts } from "../../workflows-src/artifacts.ts";
import { catalogOf, compilerBenchmark } from "./compiler.ts";

test("the catalog of a size has the real applications, and every one is in the text", () => {
  const size = appNames.length + 15;
  const names = Object.keys(catalogOf(size));
  expect(names).toHaveLength(size);
  expect(names).toEqual(expect.arrayContaining([...appNames]));
  const stack = uncheckedArtifacts(catalogOf(size), { setup: "", start: "" }).find(
    ({ path }) => path === "stack.yml",
  )?.text;
  expect(names.filter((name) => !stack?.includes(`\n  ${name}:\n`))).toEqual([]);
});

test("a row is printed for each size", () => {
  const { fx, lines } = recordingEffects({});
  compilerBenchmark(fx, [6, 12]);
  expect(lines.join("\n").match(/^\| \d+ \| /gmu)).toEqual(["| 6 | ", "| 12 | "]);
});
