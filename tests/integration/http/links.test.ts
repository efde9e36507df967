import { expect, test } from "vitest";
import { elements } from "./html.ts";
import { linksOf } from "./links.ts";

test.each([
  ["<a href=next>", { href: "http://shop/list/next", safe: true, markedExternal: false }],
  ["<a href=?page=2>", { href: "http://shop/list/?page=2", safe: true, markedExternal: false }],
  [
    "<a href=https://other.example rel='noopener noreferrer'>",
    { href: "https://other.example/", markedExternal: true },
  ],
  ["<form action=/find>", { href: "http://shop/find", safe: true }],
  ["<form action='' method=GET>", { href: "http://shop/list/", safe: true }],
  ["<form action=/buy method=POST>", { href: "http://shop/buy", safe: false }],
])("%s is a link", (html, link) =>
  expect(linksOf(elements(html), "http://shop/list/")).toEqual([expect.objectContaining(link)]),
);

test("an anchor and a form without an address are none", () =>
  expect(linksOf(elements("<a id=top></a><form></form>"), "http://shop/")).toEqual([]));
