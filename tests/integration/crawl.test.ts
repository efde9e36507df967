import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { type Link, closeBrowser, context, linksDrawn } from "./browser.ts";
import { type Door, at, doors, isInside, named, proxy } from "./doors.ts";
import { elements } from "./html.ts";
import { type Answer, ask, target } from "./http.ts";

const mostPages = 60;
const mostHops = 5;

afterAll(closeBrowser);

test.each(named(doors))("%s: every link of every page stays inside and leads somewhere", async (_, door) => {
  const findings: string[] = [];
  const queue = [at(door, "/")];
  const known = new Set(queue);
  const draw = drawing();
  for (let visited = 0; visited < mostPages && visited < queue.length; visited += 1) {
    const page = await open(door, queue[visited] ?? "");
    if (typeof page === "string") {
      findings.push(page);
      continue;
    }
    for (const { href, visit, leaves } of await linksOf(page, draw)) {
      const url = new URL(href);
      url.hash = "";
      if (!["http:", "https:"].includes(url.protocol) || (leaves && isElsewhere(url))) continue;
      if (!isInside(door, url.href)) findings.push(`${page.url} links to ${href}`);
      else if (visit && !known.has(url.href)) {
        known.add(url.href);
        queue.push(url.href);
      }
    }
  }
  expect(findings).toEqual([]);
  expect(known.size).toBeGreaterThan(1);
});

/** A site of somebody else: never a host of ours under another name, which is neither secure nor public. */
const isElsewhere = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" && hostname.includes(".") && hostname !== new URL(proxy).hostname;

/** The page at the end of its redirects, or what is wrong with it. */
async function open(door: Door, url: string): Promise<Answer | string> {
  let next = url;
  for (let hops = 0; hops <= mostHops; hops += 1) {
    const answer = await ask(next);
    if (answer.status >= 400) return `${url} gives ${answer.status}`;
    if (answer.status < 300) return answer;
    next = target(answer);
    if (!isInside(door, next)) return `${url} redirects to ${next}`;
  }
  return `${url} redirects ${mostHops} times`;
}

type Draw = (url: string) => Promise<readonly Link[]>;

/** One page of a browser for a whole crawl, opened when first needed. */
function drawing(): Draw {
  let opened: Promise<Page> | undefined;
  return async (url) => {
    opened ??= context().then(async (made) => made.newPage());
    const page = await opened;
    await page.goto(url, { waitUntil: "networkidle" });
    await page.locator("a[href]").first().waitFor();
    return linksDrawn(page);
  };
}

/** What the page holds; a page without any link is drawn by its script, and asked in a browser. */
async function linksOf(answer: Answer, draw: Draw): Promise<readonly Link[]> {
  if (!String(answer.headers["content-type"]).startsWith("text/html")) return [];
  const found = elements(answer.text).flatMap(({ tag, attributes }): readonly Link[] => {
    const address = attributes.get(tag === "form" ? "action" : "href");
    if (address === undefined || !["a", "form"].includes(tag)) return [];
    const visit = tag === "a" || (attributes.get("method") ?? "get").toLowerCase() === "get";
    return [
      {
        href: new URL(address, answer.url).href,
        visit,
        leaves: attributes.get("rel")?.includes("noreferrer") ?? false,
      },
    ];
  });
  return found.length > 0 ? found : draw(answer.url);
}
