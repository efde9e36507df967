import { expect, test } from "vitest";
import { placesIn } from "./places.ts";

test("a message is read with its file and line, whichever compiler wrote it", () => {
  expect(placesIn("scripts/a.ts(3,7): error TS2322: no\n\nworkflows-src/b.ts:10:2: bad thing\nplain text")).toEqual([
    { file: "scripts/a.ts", line: 3, message: "error TS2322: no" },
    { file: "workflows-src/b.ts", line: 10, message: "bad thing" },
  ]);
});
