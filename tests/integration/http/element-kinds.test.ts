import { expect, test } from "vitest";
import { classesIn, elementKinds } from "./element-kinds.ts";
import { elements } from "./html.ts";

const kinds = (html: string, ...styled: readonly string[]): ReadonlySet<string> =>
  new Set(elementKinds(elements(html), new Set(styled)));

test("the classes of a style sheet are those of its selectors", () => {
  const sheet = ".card > .card-title:hover{margin:.5rem} @media print{a.button{width:1.5em}}";
  expect(classesIn(sheet)).toEqual(["card", "card-title", "button"]);
});

test.each([
  ["another text", "<p>one</p>", "<p>two</p>"],
  ["another id", "<p id=one>", "<p id=two>"],
  ["more of the same", "<ul><li>1</ul>", "<ul><li>1<li>2<li>3</ul>"],
  ["another class that no style sheet mentions", "<td class=field-name>", "<td class=field-price>"],
])("a page with %s has the same kinds of elements", (_, one, other) => expect(kinds(one)).toEqual(kinds(other)));

test.each([
  ["another tag", "<p>", "<b>"],
  ["another place", "<main><p></p></main>", "<aside><p></p></aside>"],
  ["a class that a style sheet mentions", "<p>", "<p class=warning>"],
  ["a role", "<p>", "<p role=alert>"],
  ["another type", "<input type=text>", "<input type=checkbox>"],
  ["a label fewer", "<input aria-label=Name>", "<input>"],
])("a page with %s has other kinds of elements", (_, one, other) =>
  expect(kinds(one, "warning")).not.toEqual(kinds(other, "warning")),
);
