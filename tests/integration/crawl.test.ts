import { mkdirSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { waitUntilRendered, withPage } from "./browser/chromium.ts";
import { type CrawlPlan, crawl, unknownPath } from "./browser/crawler.ts";
import { axeViolations, horizontalOverflow, monitorPage } from "./browser/page-audit.ts";
import { drivers } from "./drivers/drivers.ts";
import { changed, changedEndpoints } from "./http/changed.ts";
import { type Endpoint, endpointsOf, proxy, specOf, urlAt } from "./http/endpoints.ts";
import { byName } from "./rows.ts";

const narrow = { width: 360, height: 800 };
const wide = { width: 1280, height: 900 };

const reports = "/reports/pages";
const screenshots = "/reports/screenshots";
const fileName = (name: string): string => name.replaceAll(/[^a-z0-9]+/giu, "-");

/** The browser and axe see each page once: at the first endpoint, signed in unless that hides the page. */
function crawlPlan(endpoint: Endpoint, signedIn: boolean): CrawlPlan {
  const { pages, browser } = drivers[endpoint.app];
  const isFirst = endpointsOf(endpoint.app)[0].name === endpoint.name;
  return {
    endpoint,
    known: [...pages.everybody, ...(signedIn ? pages.signedIn : pages.signedOut)],
    start: ["/", browser.protectedPath],
    inFull: (path) => isFirst && (signedIn || [unknownPath, ...pages.signedOut].includes(path)),
  };
}

const crawls = changedEndpoints
  .flatMap((endpoint) =>
    [true, false].map((signedIn) => {
      const report = `${endpoint.name} signed ${signedIn ? "in" : "out"}`;
      const name = `${report}: a crawl reaches every known page and finds no fault`;
      return { name, report, plan: crawlPlan(endpoint, signedIn), signedIn };
    }),
  )
  // The longest begin first, so that none of them runs alone at the end.
  .toSorted((one, other) => Number(other.plan.inFull("/")) - Number(one.plan.inFull("/")));

test.concurrent.for(byName(crawls))("%s", async ([, { report, plan, signedIn }]) => {
  const { findings, visits, unreached } = await withPage({ viewport: narrow }, async (page) => {
    if (signedIn) await drivers[plan.endpoint.app].browser.signIn(page, plan.endpoint);
    return crawl(page, plan);
  });
  mkdirSync(reports, { recursive: true });
  writeFileSync(
    `${reports}/${fileName(report)}.txt`,
    visits.map(({ path, by, milliseconds }) => `${path} ${by}, ${milliseconds} ms\n`).join(""),
  );
  expect(findings).toEqual([]);
  expect(unreached, "known pages that no link leads to").toEqual([]);
});

// Each width has a page of its own: a page whose window changes would still be moving while the picture is taken.
/** No server accepts an address of this length. */
const tooLong = `?${"x".repeat(9000)}`;
const views = [
  { name: "the landing page", url: `${proxy}/`, status: 200 },
  { name: "the proxy's page of 414", url: `${proxy}/${tooLong}`, status: 414 },
  ...changed.flatMap((app) => {
    const [endpoint] = endpointsOf(app);
    const start = { name: endpoint.name, url: urlAt(endpoint, "/"), status: 200 };
    // In front of the others the proxy refuses such an address.
    const isPublished = specOf(app).route === null;
    return isPublished
      ? [start, { name: `${app}'s page of 414`, url: `${start.url}${tooLong}`, status: 414 }]
      : [start];
  }),
].flatMap((view) =>
  [narrow, wide].map((viewport) => ({ ...view, name: `${view.name} at ${viewport.width} px`, viewport })),
);

test.concurrent.for(byName(views))("%s: a screenshot is taken, and the page has no fault", async ([name, view]) => {
  const findings = await withPage({ viewport: view.viewport }, async (page) => {
    const monitor = monitorPage(page, (requested) => new URL(requested).origin === new URL(view.url).origin);
    await page.goto(view.url);
    await waitUntilRendered(page);
    await takeScreenshot(page, name);
    const overflow = await horizontalOverflow(page);
    return [
      ...(await axeViolations(page)),
      ...monitor.take(view.status),
      ...(overflow > 0 ? [`is ${overflow} px wider than the window`] : []),
    ];
  });
  expect(findings).toEqual([]);
});

const takeScreenshot = async (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: `${screenshots}/${fileName(name)}.png`, fullPage: true, animations: "disabled" });
