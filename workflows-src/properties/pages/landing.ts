/** The landing page. Pure. */
import type { AppSpec } from "../../../apps/catalog.ts";
import { type Rule, textOf } from "../core/rule.ts";
import type { Pages } from "./tables.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** An application beside the proxy is reached by its name: the proxy redirects to its port. */
const card = (name: string, { route, title, summary, publishedPort, replicas }: AppSpec): string =>
  [
    `<li><a href="${route ?? `/${name}`}">`,
    `<h2>${escaped(title)}</h2>`,
    `<p>${escaped(summary)}</p>`,
    `<code>${route ?? ""} :${publishedPort}${replicas > 1 ? ` ×${replicas}` : ""}</code>`,
    "</a></li>",
  ].join("\n");

const frame: readonly RegExp[] = [
  /^<!--[^\n]*-->\n<!doctype html>\n<html lang="en">\n/u,
  /<meta charset="utf-8">/u,
  /<meta name="viewport" content="width=device-width, initial-scale=1">/u,
  /<title>([^<]{8,})<\/title>[^]*<h1>\1<\/h1>/u,
  /<\/html>\n$/u,
];

export const landing: Rule<Pages> = {
  name: "the landing page links to every application, and loads nothing",
  reason: "The policy of the page forbids scripts and other hosts; a visitor finds the applications here.",
  findings({ files, catalog }) {
    const html = textOf(files, "landing.html");
    const cards = Object.entries(catalog).map(([name, app]) => card(name, app));
    const [, list = ""] = /<ul>\n([^]*)\n<\/ul>/u.exec(html) ?? [];
    return [
      ...(list === cards.join("\n") ? [] : ["landing.html: the list is not that of the applications of the catalog"]),
      ...frame.filter((part) => !part.test(html)).map((part) => `landing.html: ${part} is missing`),
      ...[...html.matchAll(/<script|\bon\w+=|(?:src|href)="(?:https?:)?\/\/[^"]*"|url\(/gu)].map(
        ([found]) => `landing.html: ${found}`,
      ),
    ];
  },
};
