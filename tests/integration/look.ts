/** What is wrong with a page, as a browser and axe see it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions, run } from "axe-core";
import type { Page } from "playwright-core";

/** @param wanted the status that the page itself is to have; every other answer must be a good one */
export interface Watch {
  /** What was noticed since it was last asked for. */
  readonly take: (wanted?: number) => readonly string[];
}

/** Notices what a page says, misses, or asks from elsewhere. */
export function watch(page: Page, isInside: (url: string) => boolean): Watch {
  let noticed: string[] = [];
  let missed: { readonly url: string; readonly status: number }[] = [];
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // That a resource could not be had is known from its answer.
    if (!message.text().startsWith("Failed to load resource: the server responded"))
      noticed.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => noticed.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    if (!isInside(request.url()) && !/^(?:data|blob):/u.test(request.url()))
      noticed.push(`asks elsewhere: ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    const text = request.failure()?.errorText ?? "";
    // A page that is left drops what it was still asking for.
    if (text !== "net::ERR_ABORTED") noticed.push(`failed: ${request.url()} ${text}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) missed.push({ url: response.url(), status: response.status() });
  });
  return {
    take: (wanted = 200) => {
      const own = missed.filter(({ url, status }) => url !== page.url() || status !== wanted);
      const taken = [...noticed, ...own.map(({ url, status }) => `${status}: ${url}`)];
      noticed = [];
      missed = [];
      return taken;
    },
  };
}

// As text, evaluated by the browser's own console: the page's policy allows no script but its own.
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const always: RunOptions = { preload: false, resultTypes: ["violations"] };

/** Every rule that axe has; and where the page has colours for the dark, those rules again that look at colours. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await runAxe(page, always);
  if (!(await page.evaluate(hasDarkColours))) return found;
  await page.emulateMedia({ colorScheme: "dark" });
  // Half-way from one colour to the other is neither.
  await page.evaluate(settled);
  const dark = await runAxe(page, { ...always, runOnly: ["color-contrast", "link-in-text-block"] });
  await page.emulateMedia({ colorScheme: "light" });
  return [...found, ...dark.map((violation) => `in the dark: ${violation}`)];
}

const hasDarkColours = (): boolean =>
  [...document.styleSheets].some((sheet) =>
    [...sheet.cssRules].some(
      (rule) => rule instanceof CSSMediaRule && rule.conditionText.includes("prefers-color-scheme"),
    ),
  );

const settled = async (): Promise<unknown> =>
  Promise.all(
    document
      .getAnimations()
      .filter((animation) => animation instanceof CSSTransition)
      .map(async ({ finished }) => finished),
  );

async function runAxe(page: Page, options: RunOptions): Promise<readonly string[]> {
  const results = await page.evaluate<AxeResults, RunOptions>(
    async (given) => (globalThis as unknown as { readonly axe: { readonly run: typeof run } }).axe.run(given),
    options,
  );
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 5)
      .map(({ target, failureSummary }) => `axe ${id}: ${help}: ${target.join(" ")} ${failureSummary ?? ""}`),
  );
}

/** Pixels that a visitor would have to scroll to the side. */
export const excess = async (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
