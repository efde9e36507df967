/** Follows every link of an application in Chromium, and audits every page that it reaches. */
import type { Page } from "playwright-core";
import { type Endpoint, isInside, proxy, urlAt } from "../http/endpoints.ts";
import { waitUntilRendered } from "./chromium.ts";
import { type PageMonitor, axeViolations, horizontalOverflow, monitorPage } from "./page-audit.ts";
import { type Link, linksOf } from "./page-links.ts";

/** A path that no application has. The crawl visits it, because its 404 response is a page too. */
export const unknownPath = "/no-such-page";

/** How many pages of one kind are visited; of those that have a query, one is enough. */
const maxOfAKind = (path: string): number => (path.includes("?") ? 1 : 2);
/** A crawl stops after this many pages, and reports that as a finding. */
const maxPages = 200;

export interface CrawlPlan {
  readonly endpoint: Endpoint;
  /** The paths that the application has, without queries; `*` stands for one segment of any value. */
  readonly known: readonly string[];
  readonly start: readonly string[];
  /** Whether axe audits a page; it takes most of a crawl's time. */
  readonly axe: (path: string) => boolean;
}

export interface CrawlResult {
  readonly findings: readonly string[];
  /** Paths of the application, with their queries, in the order of the visits. */
  readonly visited: readonly string[];
  /** The known paths that the crawl did not reach. */
  readonly unreached: readonly string[];
}

const matches = (pattern: string, pathname: string): boolean => {
  const [expected, actual] = [pattern.split("/"), pathname.split("/")];
  return expected.length === actual.length && expected.every((segment, i) => segment === "*" || segment === actual[i]);
};

/** The known path that matches, or else the path itself with `*` for numbers and keys. */
function kindOf(path: string, known: readonly string[]): string {
  const { pathname } = new URL(path, proxy);
  return (
    known.find((pattern) => matches(pattern, pathname)) ??
    pathname.replaceAll(/\/(?:\d+|[0-9a-f-]{12,})(?=\/|$)/gu, "/*")
  );
}

/** The paths that are still to be visited: each once, and only a few of each kind. A page with a query is a kind of its own. */
function createQueue(known: readonly string[]) {
  const waiting: string[] = [];
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return {
    add(path: string): void {
      if (seen.has(path)) return;
      seen.add(path);
      const kind = kindOf(path, known) + (path.includes("?") ? "?" : "");
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      if (count < maxOfAKind(path)) waiting.push(path);
    },
    next: (): string | undefined => waiting.shift(),
    length: (): number => waiting.length,
  };
}

export async function crawl(page: Page, plan: CrawlPlan): Promise<CrawlResult> {
  const findings: string[] = [];
  const visited: string[] = [];
  const queue = createQueue(plan.known);
  const monitor = monitorPage(page, (url) => isInside(plan.endpoint, url));
  [...plan.start, unknownPath].forEach(queue.add);
  for (let path = queue.next(); path !== undefined; path = queue.next()) {
    if (visited.length === maxPages) {
      findings.push(`${maxPages} pages were visited and ${queue.length() + 1} were not; the first of them is ${path}`);
      break;
    }
    visited.push(path);
    const audited = await auditPage(page, path, plan, monitor);
    findings.push(...audited.findings.map((finding) => `${path}: ${finding}`));
    audited.next.forEach(queue.add);
  }
  const reached = new Set(visited.map((path) => kindOf(path, plan.known)));
  return { findings, visited, unreached: plan.known.filter((pattern) => !reached.has(pattern)) };
}

async function auditPage(page: Page, path: string, { endpoint, axe }: CrawlPlan, monitor: PageMonitor) {
  const findings: string[] = [];
  const next: string[] = [];
  const response = await page.goto(urlAt(endpoint, path));
  if (!isInside(endpoint, page.url())) findings.push(`redirects to ${page.url()}`);
  else if ((await response?.headerValue("content-type"))?.startsWith("text/html")) {
    await waitUntilRendered(page);
    const overflow = await horizontalOverflow(page);
    if (overflow > 0) findings.push(`is ${overflow} px wider than the window`);
    if (axe(path)) findings.push(...(await axeViolations(page)));
    for (const link of await linksOf(page)) {
      if (isExternal(link)) continue;
      const { pathname, search } = new URL(link.href);
      if (!isInside(endpoint, link.href)) findings.push(`links to ${link.href}`);
      else if (link.safe) next.push(`${pathname.slice(endpoint.prefix.length)}${search}`);
    }
  }
  findings.push(...monitor.take(path === unknownPath ? 404 : 200));
  return { findings, next };
}

/** Mail addresses and the like, and links that the page marks as external and that lead to a public host by HTTPS. */
function isExternal({ href, markedExternal }: Link): boolean {
  const { protocol, hostname } = new URL(href);
  if (!["http:", "https:"].includes(protocol)) return true;
  const isPublic = protocol === "https:" && hostname.includes(".") && hostname !== new URL(proxy).hostname;
  return markedExternal && isPublic;
}
