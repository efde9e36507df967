import { expect, test } from "vitest";
import { wrap } from "./layout.ts";

test.each([
  ["words stay whole", "one two three", 8, ["one two", "three"]],
  ["an equals sign keeps its neighbours", "a b = c", 5, ["a", "b = c"]],
  ["a word that is too long is broken after a comma", '["one","two","three"]', 14, ['["one","two",', '"three"]']],
  ["a word without a comma is broken at the width", "abcdefgh", 3, ["abc", "def", "gh"]],
])("%s", (_, text, width, lines) => expect(wrap(text, width)).toEqual(lines));
