import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { actions, pinned } from "../../workflows-src/language/actions.ts";
import { interfaceOf } from "./action-interfaces.ts";

const names = ["ci-cd", "redeploy", "weekly"];

test("every input that the workflows use is one of the action", () => {
  const text = names.map((name) => readFileSync(`.github/workflows/${name}.yml`, "utf8")).join("\n");
  const given = [...text.matchAll(/^ {10}([a-z-]+):/gmu)].map(([, key]) => key!);
  const known = Object.values(actions).flatMap((action) => interfaceOf(pinned(action))?.inputs ?? []);
  expect([...new Set(given)].filter((key) => !known.map((name) => name.replace("!", "")).includes(key))).toEqual([]);
});

test("an action at another commit is unknown", () => {
  expect(interfaceOf(`actions/checkout@${"0".repeat(40)}`)).toBeUndefined();
});
