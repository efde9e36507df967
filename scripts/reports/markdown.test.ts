import { expect, test } from "vitest";
import { markdownTable } from "./markdown.ts";

test("a table has a head, a line and its rows", () => {
  expect(
    markdownTable([
      ["a", "b"],
      ["1", "2"],
    ]).split("\n"),
  ).toEqual(["| a | b |", "| --- | --- |", "| 1 | 2 |"]);
});

test.each([
  ["a|b", "a\\|b"],
  ["a\nb", "a b"],
  ["<img>", "&lt;img>"],
  ["a\\|b", "a\\\\\\|b"],
])("the cell %j stays one cell of plain text", (cell, written) => {
  expect(markdownTable([["x"], [cell]]).split("\n")[2]).toBe(`| ${written} |`);
});
