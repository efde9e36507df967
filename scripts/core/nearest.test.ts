import { expect, test } from "vitest";
import { distance, nearest } from "./nearest.ts";

test.each([
  ["", "", 0],
  ["start", "start", 0],
  ["strat", "start", 1],
  ["stat", "start", 1],
  ["sstart", "start", 1],
  ["stort", "start", 1],
  ["kitten", "sitting", 3],
  ["", "stop", 4],
])("%j to %j is %d", (one, other, expected) => {
  expect(distance(one, other)).toBe(expected);
  expect(distance(other, one)).toBe(expected);
});

test.each([
  ["strat", "start"],
  ["stp", "stop"],
  ["xyz", undefined],
  ["x", undefined],
  ["pa", undefined],
])("nearest to %j is %j", (word, expected) => expect(nearest(word, ["start", "stop", "app"])).toBe(expected));
