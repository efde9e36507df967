import { expect, test } from "vitest";
import { applicationName, elements, fieldOf, fieldsOf, filesOf, styleSheets, valuesOf } from "./html.ts";

test("comments and the text of scripts contain no elements", () => {
  const page = `<!-- <a href="/comment"> --><script>"<a href='/script'>"</script><a href=/bare>1</a><A HREF='/two'>2</A>`;
  expect(valuesOf(page, "href", "a")).toEqual(["/bare", "/two"]);
});

test("character references are decoded, also in attributes", () => {
  const page = `<a href="/pay?a=1&amp;b=2&#x27;">Price: 5&nbsp;&euro; <b>now</b></a>`;
  const link = elements(page).find(({ tag }) => tag === "a");
  expect(link?.attributes.get("href")).toBe("/pay?a=1&b=2'");
  expect(link?.text).toBe("Price: 5\u00A0€ now");
});

test("without scripts the content of noscript is part of the page", () => {
  expect(valuesOf('<body><noscript><img src="/pixel"></noscript>', "src", "img")).toEqual(["/pixel"]);
});

test("a page names its application, its style sheets and its files once", () => {
  const page = `<meta content=shop name=application-name><link rel=stylesheet href=/a.css><link rel=icon href="data:,">
    <script src=/a.js></script><img src=/a.png><img src=/a.png>`;
  expect(applicationName(page)).toBe("shop");
  expect(applicationName("<p>application-name</p>")).toBeUndefined();
  expect(styleSheets(page)).toEqual(["/a.css"]);
  expect(filesOf(page)).toEqual(["/a.css", "/a.js", "/a.png"]);
});

test.each([
  ['<input name=a value="1">', { a: "1" }],
  ["<input name=a>", { a: "" }],
  ["<input name=a value=1 disabled>", {}],
  ["<input value=1>", {}],
  ["<input type=submit name=a value=1><button name=b>x</button><input type=file name=c>", {}],
  ["<input type=checkbox name=a><input type=checkbox name=b checked>", { b: "on" }],
  ["<input type=radio name=a value=1><input type=radio name=a value=2 checked>", { a: "2" }],
  ["<select name=a><option value=1>x<option value=2 selected>y</select>", { a: "2" }],
  ["<select name=a><option>x<option>y</select>", { a: "x" }],
  ["<textarea name=a>\nfirst\nsecond</textarea>", { a: "first\nsecond" }],
])("of %s a browser submits %j", (html, fields) => expect(fieldsOf(html)).toEqual(fields));

test("the value of an input is that of the first enabled one of its name", () => {
  const page = "<input name=a value=1 disabled><input name=a value=2><input name=a value=3>";
  expect(fieldOf(page, "a")).toBe("2");
  expect(() => fieldOf(page, "b")).toThrow(/"b"/u);
});
