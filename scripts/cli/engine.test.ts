import { expect, test } from "vitest";
import { exportLines } from "./engine.ts";

test("a shell can evaluate any value", () => {
  expect(exportLines({ A: "it's" })).toBe("export A='it'\\''s'\n");
});
