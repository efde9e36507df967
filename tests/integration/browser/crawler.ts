/**
 * Follows every link of an application by HTTP and checks each page that it reaches. Chromium opens one page of each kind, and
 * axe audits those that contain a kind of element that it has not seen.
 */
import type { Page } from "playwright-core";
import { elementKinds } from "../http/element-kinds.ts";
import { type Endpoint, isInside, proxy, urlAt } from "../http/endpoints.ts";
import { type Element, elements } from "../http/html.ts";
import { type Link, linksOf } from "../http/links.ts";
import { markupFindings } from "../http/markup.ts";
import { createQueue, kindOf } from "../http/page-kinds.ts";
import { timeoutMs, waitUntilRendered } from "./chromium.ts";
import { axeViolations, horizontalOverflow, monitorPage } from "./page-audit.ts";
import { createPageFiles } from "./page-files.ts";

/** A path that no application has. The crawl visits it, because its 404 response is a page too. */
export const unknownPath = "/no-such-page";
const statusOf = (path: string): number => (path === unknownPath ? 404 : 200);

/** How many pages of one kind are visited: they differ in their data only. Of those that have a query, one is enough. */
const maxOfAKind = (kind: string): number => (kind.endsWith("?") ? 1 : 5);
/** A crawl stops after this many pages, and reports that as a finding. */
const maxPages = 500;

export interface CrawlPlan {
  readonly endpoint: Endpoint;
  /** The paths that the application has, without queries; `*` stands for one segment of any value. */
  readonly known: readonly string[];
  readonly start: readonly string[];
  /**
   * Whether the page is tested in full: the browser opens it when it is the first of its kind or contains a new kind of element,
   * and axe audits it in the second case. Any other page is opened only where that can tell more than its HTML: when it names a
   * script or a style sheet that no page before named, or when a script renders it, so that its HTML has no heading.
   */
  readonly inFull: (path: string) => boolean;
}

export interface Visit {
  /** The path of the application, with its query. */
  readonly path: string;
  readonly by: "HTTP" | "browser" | "browser and axe";
  readonly milliseconds: number;
}

export interface CrawlResult {
  readonly findings: readonly string[];
  readonly visits: readonly Visit[];
  /** The known paths that the crawl did not reach. */
  readonly unreached: readonly string[];
}

export async function crawl(page: Page, plan: CrawlPlan): Promise<CrawlResult> {
  const findings: string[] = [];
  const visits: Visit[] = [];
  const queue = createQueue(plan.known, maxOfAKind);
  const visitPage = createVisit(page, plan);
  [...plan.start, unknownPath].forEach(queue.add);
  for (let path = queue.next(); path !== undefined; path = queue.next()) {
    if (visits.length === maxPages) {
      findings.push(`${maxPages} pages were visited and ${queue.length() + 1} were not; the first of them is ${path}`);
      break;
    }
    const begun = performance.now();
    const visited = await visitPage(path);
    visits.push({ path, by: visited.by, milliseconds: Math.round(performance.now() - begun) });
    findings.push(...visited.findings.map((finding) => `${path}: ${finding}`));
    for (const link of visited.links) {
      if (isExternal(link)) continue;
      const { pathname, search } = new URL(link.href);
      if (!isInside(plan.endpoint, link.href)) findings.push(`${path}: links to ${link.href}`);
      else if (link.safe) queue.add(`${pathname.slice(plan.endpoint.prefix.length)}${search}`);
    }
  }
  const reached = new Set(visits.map(({ path }) => kindOf(path.split("?")[0] ?? path, plan.known)));
  return { findings: [...new Set(findings)], visits, unreached: plan.known.filter((pattern) => !reached.has(pattern)) };
}

interface Visited {
  readonly by: Visit["by"];
  readonly findings: readonly string[];
  readonly links: readonly Link[];
}

/** The function that visits one page of the crawl; it remembers which kinds of pages and elements were seen. */
function createVisit(page: Page, { endpoint, known, inFull }: CrawlPlan): (path: string) => Promise<Visited> {
  const files = createPageFiles(page, endpoint);
  const monitor = monitorPage(page, (url) => isInside(endpoint, url));
  const openedKinds = new Set<string>();
  const [fetchedElements, auditedElements] = [new Set<string>(), new Set<string>()];

  /** Whether an element of the page is of a kind that is not in the set; adds all of them to it. */
  function addsKinds(all: readonly Element[], seen: Set<string>): boolean {
    const before = seen.size;
    elementKinds(all, files.styledClasses).forEach((kind) => seen.add(kind));
    return seen.size > before;
  }

  async function openInBrowser(path: string): Promise<Visited> {
    await page.goto(urlAt(endpoint, path));
    await waitUntilRendered(page);
    const [all, overflow] = [elements(await page.content()), await horizontalOverflow(page)];
    const isAudited = inFull(path) && addsKinds(all, auditedElements);
    const findings = [
      ...(overflow > 0 ? [`is ${overflow} px wider than the window`] : []),
      ...(isAudited ? await axeViolations(page) : []),
      ...monitor.take(statusOf(path)),
    ];
    return { by: isAudited ? "browser and axe" : "browser", findings, links: linksOf(all, page.url()) };
  }

  return async (path) => {
    const response = await page.context().request.get(urlAt(endpoint, path), { timeout: timeoutMs });
    const [url, status] = [response.url(), response.status()];
    const findings = status === statusOf(path) ? [] : [`status ${status}`];
    if (!isInside(endpoint, url)) return { by: "HTTP", findings: [...findings, `redirects to ${url}`], links: [] };
    if (!response.headers()["content-type"]?.startsWith("text/html")) return { by: "HTTP", findings, links: [] };
    const html = await response.text();
    const all = elements(html);
    const links = linksOf(all, url);
    const loaded = await files.load(html, url);
    findings.push(...loaded.findings);

    const kind = kindOf(path, known);
    const isRendered = all.some(({ tag }) => tag === "h1");
    if (isRendered) findings.push(...markupFindings(all));
    const addsElements = inFull(path) && addsKinds(all, fetchedElements);
    const isNewKind = !openedKinds.has(kind) && (!isRendered || (inFull(path) && !kind.endsWith("?")));
    if (!loaded.added && !addsElements && !isNewKind) return { by: "HTTP", findings, links };
    openedKinds.add(kind);
    const opened = await openInBrowser(path);
    return { by: opened.by, findings: [...findings, ...opened.findings], links: [...links, ...opened.links] };
  };
}

/** Mail addresses and the like, and links that the page marks as external and that lead to a public host by HTTPS. */
function isExternal({ href, markedExternal }: Link): boolean {
  const { protocol, hostname } = new URL(href);
  if (!["http:", "https:"].includes(protocol)) return true;
  const isPublic = protocol === "https:" && hostname.includes(".") && hostname !== new URL(proxy).hostname;
  return markedExternal && isPublic;
}
