import { expect, test } from "vitest";
import { elements } from "./html.ts";
import { markupFindings } from "./markup.ts";

const page = (body: string): string => `<html lang=en><title>A page</title><body>${body}`;
const findings = (html: string): readonly string[] => markupFindings(elements(html));

test.each([
  ["a link with a text", "<a href=/>Start</a>"],
  ["a link with a named picture", "<a href=/><img src=/a.png alt=Start></a>"],
  ["a button with a name", "<button aria-label=Close></button>"],
  ["a control with a label", "<label for=a>Name</label><input id=a>"],
  ["a control in a label", "<label>Name <input></label>"],
  ["a control that is hidden", "<input type=hidden name=a><input class='vText hidden'>"],
  ["a picture that is decoration", "<img src=/a.png alt=''>"],
  ["an anchor without an address", "<a id=top></a>"],
])("%s is no fault", (_, body) => expect(findings(page(body))).toEqual([]));

test.each([
  ["no title", "<html lang=en><title> </title>", /title/u],
  ["no language", "<html><title>A page</title>", /language/u],
  ["an id that is used twice", page("<i id=a></i><b id=a></b><u id=a></u>"), /\ba\b/u],
  ["a picture without a text", page("<img src=/a.png>"), /a\.png/u],
  ["a control without a label", page("<label for=b>Name</label><input id=a name=price>"), /price/u],
  ["a selection without a label", page("<select name=size></select>"), /size/u],
  ["a link without a text", page("<a href=/start><i></i></a>"), /\/start/u],
  ["a button without a text", page("<button class=close> </button>"), /close/u],
])("%s is one fault", (_, html, message) => expect(findings(html)).toEqual([expect.stringMatching(message)]));
