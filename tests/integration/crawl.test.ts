import { mkdirSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { closeBrowser, drawn, withPage } from "./browser.ts";
import { type Plan, crawl, nowhere } from "./crawler.ts";
import { type Door, at, doors, doorsOf, named, proxy } from "./doors.ts";
import { excess, violations, watch } from "./look.ts";
import { people } from "./people.ts";
import { sites } from "./sites.ts";

const narrow = { width: 360, height: 800 };
const wide = { width: 1280, height: 900 };

const reports = "/reports/pages";
const screenshots = "/reports/screenshots";
const fileName = (name: string): string => name.replaceAll(/[^a-z0-9]+/giu, "-");

/** A crawl of an application at a door; axe, which takes longest, sees each page once: where somebody sees most of it. */
function planned(door: Door, signedIn: boolean): Plan {
  const { everybody, strangers, members } = sites[door.app];
  const isFirst = doorsOf(door.app)[0]?.name === door.name;
  return {
    door,
    known: [...everybody, ...(signedIn ? members : strangers)],
    start: ["/", people[door.app].own],
    axe: (path) => isFirst && (signedIn || [nowhere, ...strangers].includes(path)),
  };
}

const crawls = doors.flatMap((door) =>
  [false, true].map((signedIn) => ({
    name: `${door.name}, signed ${signedIn ? "in" : "out"}: every page is reached, stays inside, says nothing to the console, has no fault for axe, and fits a narrow screen`,
    report: `${door.name} signed ${signedIn ? "in" : "out"}`,
    plan: planned(door, signedIn),
    signedIn,
  })),
);

afterAll(closeBrowser);

test.concurrent.for(named(crawls))("%s", async ([, { report, plan, signedIn }]) => {
  const { findings, visited, missing } = await withPage({ viewport: narrow }, async (page) => {
    if (signedIn) await people[plan.door.app].signIn(page, plan.door);
    return crawl(page, plan);
  });
  mkdirSync(reports, { recursive: true });
  writeFileSync(`${reports}/${fileName(report)}.txt`, `${visited.join("\n")}\n`);
  expect(findings).toEqual([]);
  expect(missing, "known pages that no link led to").toEqual([]);
});

// Drawn for their width from the start, as for a visitor: what was drawn for another would still be settling.
const views = [
  { name: "the landing page", url: `${proxy}/` },
  ...doors.map((door) => ({ name: door.name, url: at(door, "/") })),
].flatMap(({ name, url }) =>
  [narrow, wide].map((viewport) => ({ name: `${name} at ${viewport.width} px`, url, viewport })),
);

test.concurrent.for(named(views))("%s has its picture taken, and has no fault", async ([name, { url, viewport }]) => {
  const findings = await withPage({ viewport }, async (page) => {
    const watching = watch(page, (asked) => new URL(asked).origin === new URL(url).origin);
    await page.goto(url);
    await drawn(page);
    await takePicture(page, name);
    return [
      ...(await violations(page)),
      ...watching.take(),
      ...((await excess(page)) > 0 ? ["scrolls to the side"] : []),
    ];
  });
  expect(findings).toEqual([]);
});

const takePicture = async (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: `${screenshots}/${fileName(name)}.png`, fullPage: true, animations: "disabled" });
