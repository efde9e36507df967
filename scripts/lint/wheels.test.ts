import { expect, test } from "vitest";
import type { TestCase } from "../reports/junit.ts";
import { placesIn } from "../reports/places.ts";
import { missingReports, withoutSteps } from "./wheels.ts";

const named = (...names: readonly string[]): readonly TestCase[] =>
  names.map((name) => ({ name, file: undefined, line: undefined, outcome: "passed", message: "" }));

test.each([
  { reported: [], is: ["wheels for musl", "wheels for glibc", "verify › pytest", "tests.test_musl"] },
  {
    reported: ["wheels for musl x86_64 › apps/a/requirements.txt", "verify › pytest"],
    is: ["wheels for glibc", "tests.test_musl"],
  },
  {
    reported: [
      "wheels for musl aarch64 › a",
      "wheels for glibc aarch64 › a",
      "verify › pytest",
      "tests.test_musl › test_a",
    ],
    is: [],
  },
])("$reported: the missing reports are $is", ({ reported, is }) => {
  expect(missingReports(named(...reported))).toEqual(is);
});

test("a finding in BuildKit's output keeps its file and line", () => {
  const output =
    "#12 [checked 3/3] RUN python -m wheels\n#12 48.1 apps/shop/requirements.txt:7:1 a 1 has no wheel for musl x86_64\n";
  expect(placesIn(withoutSteps(output))).toEqual([
    { file: "apps/shop/requirements.txt", line: 7, message: "a 1 has no wheel for musl x86_64" },
  ]);
});
