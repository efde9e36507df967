import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { described, interfaceOf, interfaces, isFor } from "./action-interfaces.ts";
import { type Action, actions, idOf, pinned } from "./actions.ts";

const names = ["ci-cd", "redeploy", "weekly"];
const pins = Object.values<Action>(actions);

test("every input that the workflows use is one of the action", () => {
  const text = names.map((name) => readFileSync(`.github/workflows/${name}.yml`, "utf8")).join("\n");
  const given = [...text.matchAll(/^ {10}([a-z-]+):/gmu)].map(([, key]) => key!);
  const known = pins.flatMap((action) => Object.keys(interfaceOf(pinned(action))?.inputs ?? {}));
  expect([...new Set(given)].filter((key) => !known.includes(key))).toEqual([]);
});

test("an action at another commit is unknown", () => {
  expect(interfaceOf(`actions/checkout@${"0".repeat(40)}`)).toBeUndefined();
});

test("each pinned action has metadata of its major version; `npm run actions -- --adopt` reads it anew", () => {
  expect(pins.filter((action) => interfaceOf(pinned(action)) === undefined).map(pinned)).toEqual([]);
});

test("there is no metadata of an action that is not pinned", () => {
  expect(Object.keys(interfaces).toSorted()).toEqual(pins.map(idOf).toSorted());
});

test.each([
  ["v7.0.1", "v7.1.0", true],
  ["v7.0.1", "v8.0.0", false],
  ["v7.0.1", "v70.0.0", false],
])("metadata of %s is for %s: %s", (known, version, fits) => {
  expect(isFor({ version: known, commit: "1".repeat(40) }, { version, commit: "2".repeat(40) })).toBe(fits);
});

test("GitHub's language service is told which inputs are required or deprecated", () => {
  const inputs = { a: { required: true }, b: { required: true, default: "" }, c: { deprecated: true } } as const;
  expect(described({ ...interfaces["actions/checkout"]!, inputs, outputs: ["d"] })).toMatchObject({
    inputs: { a: { required: true }, b: { required: false }, c: { deprecationMessage: expect.any(String) as string } },
    outputs: { d: {} },
  });
});
