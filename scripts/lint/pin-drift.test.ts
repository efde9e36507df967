import { createTwoFilesPatch } from "diff";
import { expect, test } from "vitest";
import { differsInPins, driftRemedy } from "./pin-drift.ts";

const [one, other] = ["1".repeat(40), "2".repeat(40)];
const generated = [
  "jobs:",
  "  build:",
  "    steps:",
  `      - uses: actions/checkout@${one} # v7.0.1`,
  `      - uses: actions/cache/save@${one} # v5.0.5`,
  "      - run: npm ci",
  "services:",
  "  database:",
  "    image: postgres:17-alpine",
  "",
].join("\n");

test.each([
  ["a commit and its version", generated.replace(`${one} # v7.0.1`, `${other} # v7.1.0`), true],
  ["two pins", generated.replaceAll(one, other).replace("v7.0.1", "v8").replace("v5.0.5", "v6"), true],
  ["an image", generated.replace("postgres:17", "postgres:18"), true],
  ["another action", generated.replace("actions/checkout@", "stranger/checkout@"), false],
  ["another image", generated.replace("image: postgres", "image: mysql"), false],
  ["a pin and something else", generated.replace(one, other).replace("npm ci", "npm i"), false],
  ["a step less", generated.replace(/.*cache\/save.*\n/u, ""), false],
  ["a tag instead of a commit", generated.replace(`@${one} # v7.0.1`, "@v7"), true],
  ["a command alone", generated.replace("npm ci", "npm i"), false],
])("%s: %s", (_, edited, expected) => {
  const patch = createTwoFilesPatch("a.yml", "a.yml (as generated)", edited, generated);
  expect(differsInPins({ patch })).toBe(expected);
  expect(driftRemedy([{ patch }]).includes("npm run actions -- --adopt")).toBe(expected);
});

test("a file that nothing generates does not differ in pins", () => {
  expect(differsInPins({ patch: "a.yml: nothing generates it any more\n" })).toBe(false);
});
