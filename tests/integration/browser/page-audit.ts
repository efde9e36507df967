/** Audits a page: console messages, failed requests, requests to other hosts, accessibility (axe), and overflow. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions, run } from "axe-core";
import type { Page } from "playwright-core";

export interface PageMonitor {
  /**
   * The findings since the last call.
   * @param expectedStatus the status that the page itself must have; every other response must be a success
   */
  readonly take: (expectedStatus?: number) => readonly string[];
}

/** Records console messages, exceptions, failed requests and requests to URLs that are not inside. */
export function monitorPage(page: Page, isInside: (url: string) => boolean): PageMonitor {
  let findings: string[] = [];
  let failures: { readonly url: string; readonly status: number }[] = [];
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // The listener of responses reports these.
    if (!message.text().startsWith("Failed to load resource: the server responded"))
      findings.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => findings.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    if (!isInside(request.url()) && !/^(?:data|blob):/u.test(request.url()))
      findings.push(`request to another host: ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    const text = request.failure()?.errorText ?? "";
    // The browser aborts what a page is still loading when it leaves that page.
    if (text !== "net::ERR_ABORTED") findings.push(`request failed: ${request.url()} ${text}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) failures.push({ url: response.url(), status: response.status() });
  });
  return {
    take: (expectedStatus = 200) => {
      const unexpected = failures.filter(({ url, status }) => url !== page.url() || status !== expectedStatus);
      const taken = [...findings, ...unexpected.map(({ url, status }) => `status ${status}: ${url}`)];
      findings = [];
      failures = [];
      return taken;
    },
  };
}

// Playwright evaluates this text through the debugger: the pages' own policy would refuse it as a script element.
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const everyRule: RunOptions = { preload: false, resultTypes: ["violations"] };
const colourRules: RunOptions = { ...everyRule, runOnly: ["color-contrast", "link-in-text-block"] };

/** Runs every rule of axe. Where the page has a dark colour scheme, runs the rules about colours again in that scheme. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const light = await runAxe(page, everyRule);
  if (!(await page.evaluate(hasDarkScheme))) return light;
  await page.emulateMedia({ colorScheme: "dark" });
  // During a transition a colour belongs to neither scheme.
  await page.evaluate(transitionsFinished);
  const dark = await runAxe(page, colourRules);
  await page.emulateMedia({ colorScheme: "light" });
  return [...light, ...dark.map((violation) => `dark colour scheme: ${violation}`)];
}

const hasDarkScheme = (): boolean =>
  [...document.styleSheets].some((sheet) =>
    [...sheet.cssRules].some(
      (rule) => rule instanceof CSSMediaRule && rule.conditionText.includes("prefers-color-scheme"),
    ),
  );

const transitionsFinished = async (): Promise<unknown> =>
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

/** By how many pixels the page is wider than the window, in its own fonts: text in a fallback font may be wider. */
export async function horizontalOverflow(page: Page): Promise<number> {
  // The first layout requests the fonts.
  await overflowNow(page);
  await page.evaluate(async () => void (await document.fonts.ready));
  return overflowNow(page);
}

const overflowNow = async (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
