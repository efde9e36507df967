/** Follows every link of an application in a real browser. */
import type { Page } from "playwright-core";
import { drawn } from "./browser.ts";
import { type Door, at, isInside, proxy } from "./doors.ts";
import { excess, violations, watch } from "./look.ts";

/** A page that no application has: its answer is a page, too. */
export const nowhere = "/no-such-page";

/** Of pages that differ only in what they show, so many say enough; of those that were asked with a query, one. */
const ofAShape = (path: string): number => (path.includes("?") ? 1 : 2);
/** Beyond so many pages a crawl ends, and says so. */
const most = 200;

export interface Crawled {
  readonly findings: readonly string[];
  /** Paths of the application, with their queries, in the order of their visits. */
  readonly visited: readonly string[];
  /** Known pages that were not among them. */
  readonly missing: readonly string[];
}

export interface Plan {
  readonly door: Door;
  readonly known: readonly string[];
  readonly start: readonly string[];
  /** Whether axe looks at a page, too. */
  readonly axe: (path: string) => boolean;
}

/** A page's kind: one of the known pages, or its path whatever numbers and keys are in it. */
function kindOf(path: string, known: readonly string[]): string {
  const { pathname } = new URL(path, proxy);
  return (
    known.find((pattern) => matches(pattern, pathname)) ??
    pathname.replaceAll(/\/(?:\d+|[0-9a-f-]{12,})(?=\/|$)/gu, "/*")
  );
}

const matches = (pattern: string, pathname: string): boolean => {
  const wanted = pattern.split("/");
  const given = pathname.split("/");
  return (
    wanted.length === given.length && wanted.every((segment, place) => segment === "*" || segment === given[place])
  );
};

/** Whatever is asked of a page, it is one page; without a question it is another. */
const shapeOf = (path: string, known: readonly string[]): string =>
  kindOf(path, known) + (path.includes("?") ? "?" : "");

export async function crawl(page: Page, { door, known, start, axe }: Plan): Promise<Crawled> {
  const findings: string[] = [];
  const visited: string[] = [];
  const shapes = new Map<string, number>();
  const queue: string[] = [];
  const seen = new Set<string>();
  const add = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const shape = shapeOf(path, known);
    const before = shapes.get(shape) ?? 0;
    shapes.set(shape, before + 1);
    if (before < ofAShape(path)) queue.push(path);
  };
  const watching = watch(page, (url) => isInside(door, url));
  [...start, nowhere].forEach(add);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const path = next;
    if (visited.length === most) {
      findings.push(`${most} pages were visited, and ${queue.length + 1} were not: ${path}…`);
      break;
    }
    visited.push(path);
    const answer = await page.goto(at(door, path));
    const found: string[] = [];
    if (!isInside(door, page.url())) found.push(`leads to ${page.url()}`);
    else if ((await answer?.headerValue("content-type"))?.startsWith("text/html")) {
      await drawn(page);
      const side = await excess(page);
      if (side > 0) found.push(`scrolls ${side} px to the side`);
      if (axe(path)) found.push(...(await violations(page)));
      for (const { href, visit, leaves } of await linksDrawn(page)) {
        const url = new URL(href);
        if (!["http:", "https:"].includes(url.protocol) || (leaves && isElsewhere(url))) continue;
        if (!isInside(door, href)) found.push(`links to ${href}`);
        else if (visit) add(`${url.pathname.slice(door.prefix.length)}${url.search}`);
      }
    }
    found.push(...watching.take(path === nowhere ? 404 : 200));
    findings.push(...found.map((finding) => `${path}: ${finding}`));
  }
  const reached = new Set(visited.map((path) => kindOf(path, known)));
  return { findings, visited, missing: known.filter((pattern) => !reached.has(pattern)) };
}

/** A site of somebody else: never a host of ours under another name, which is neither secure nor public. */
const isElsewhere = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" && hostname.includes(".") && hostname !== new URL(proxy).hostname;

interface Link {
  readonly href: string;
  /** Whether following it changes nothing: a link, or a form that is sent by GET. */
  readonly visit: boolean;
  /** It says of itself that it leaves. */
  readonly leaves: boolean;
}

/** The links and forms of a page as it stands, as whole addresses. */
const linksDrawn = async (page: Page): Promise<readonly Link[]> =>
  page.evaluate(() => [
    ...[...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href, rel }) => ({
      href,
      visit: true,
      leaves: rel.includes("noreferrer"),
    })),
    ...[...document.querySelectorAll<HTMLFormElement>("form[action]")].map((form) => ({
      href: form.action,
      visit: form.method === "get",
      leaves: false,
    })),
  ]);
