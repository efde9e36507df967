import { expect, test } from "vitest";
import { mebibytes } from "./memory.ts";

test.each([
  ["61.3MiB / 23.4GiB", 61.3],
  ["1.5GiB / 23.4GiB", 1536],
  ["512KiB / 64MiB", 0.5],
  ["0B / 0B", 0],
])("%s is %d MiB", (usage, expected) => {
  expect(mebibytes(usage)).toBeCloseTo(expected);
});

test.each(["", "--", "12 parsecs"])("%j is not an amount of memory", (usage) => {
  expect(() => mebibytes(usage)).toThrow(TypeError);
});
