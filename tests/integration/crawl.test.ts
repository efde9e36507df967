import { afterAll, expect, test } from "vitest";
import { closeBrowser, context, linksDrawn } from "./browser.ts";
import { type Door, at, doors, isInside } from "./doors.ts";
import { elements } from "./html.ts";
import { type Answer, ask, target } from "./http.ts";

const mostPages = 60;
const mostHops = 5;

interface Link {
  readonly href: string;
  /** Whether following it changes nothing: a link, or a form that is sent by GET. */
  readonly visit: boolean;
}

afterAll(closeBrowser);

test.each(doors)("$name: every link of every page stays inside and leads somewhere", async (door) => {
  const findings: string[] = [];
  const queue = [at(door, "/")];
  const known = new Set(queue);
  for (let visited = 0; visited < mostPages && visited < queue.length; visited += 1) {
    const asked = queue[visited] ?? "";
    const page = await open(door, asked);
    if (typeof page === "string") {
      findings.push(page);
      continue;
    }
    for (const { href, visit } of await linksOf(page)) {
      const url = new URL(href);
      url.hash = "";
      if (!["http:", "https:"].includes(url.protocol)) continue;
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

/** What the page holds; a page without any link is drawn by its script, and asked in a browser. */
async function linksOf(answer: Answer): Promise<readonly Link[]> {
  if (!String(answer.headers["content-type"]).startsWith("text/html")) return [];
  const found = elements(answer.text).flatMap(({ tag, attributes }): readonly Link[] => {
    const address = attributes.get(tag === "form" ? "action" : "href");
    if (address === undefined || !["a", "form"].includes(tag)) return [];
    const visit = tag === "a" || (attributes.get("method") ?? "get").toLowerCase() === "get";
    return [{ href: new URL(address, answer.url).href, visit }];
  });
  if (found.length > 0) return found;
  const page = await (await context()).newPage();
  await page.goto(answer.url, { waitUntil: "networkidle" });
  await page.locator("a[href]").first().waitFor();
  return linksDrawn(page);
}
