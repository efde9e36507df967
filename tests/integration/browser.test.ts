import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions, run } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { closeBrowser, context } from "./browser.ts";
import { at, doors, proxy, named } from "./doors.ts";

const screenshots = "/reports/screenshots";
const widths = [360, 1280];
// A page of its own for each width, as a visitor has: what was drawn for another one would still be settling.
const views = [
  { name: "the landing page", url: `${proxy}/` },
  ...doors.map((door) => ({ name: door.name, url: at(door, "/") })),
].flatMap(({ name, url }) => widths.map((width) => ({ name: `${name} at ${width} px`, url, width })));

afterAll(closeBrowser);

test.each(named(views))("%s looks right in a browser", async (name, { url, width }) => {
  const page = await (await context({ viewport: { width, height: 900 } })).newPage();
  const findings = observe(page, new URL(url).origin);
  await page.goto(url, { waitUntil: "networkidle" });
  await page.locator("h1").first().waitFor();
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (excess > 0) findings.push(`it scrolls ${excess} px to the side`);
  await page.screenshot({
    path: `${screenshots}/${name.replaceAll(/[^a-z0-9]+/giu, "-")}.png`,
    fullPage: true,
    animations: "disabled",
  });
  findings.push(...(await violations(page)));
  await page.emulateMedia({ colorScheme: "dark" });
  findings.push(...(await violations(page)).map((violation) => `dark: ${violation}`));
  expect(findings).toEqual([]);
});

/** A list that grows while the page says something, misses something, or asks somebody else. */
function observe(page: Page, origin: string): string[] {
  const findings: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) findings.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => findings.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("data:"))
      findings.push(`asks another host: ${request.url()}`);
  });
  page.on("requestfailed", (request) =>
    findings.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ""}`),
  );
  page.on("response", (response) => {
    if (response.status() >= 400) findings.push(`${response.status()}: ${response.url()}`);
  });
  return findings;
}

// As text, evaluated by the browser's own console: the page's policy allows no script but its own.
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules: RunOptions = { preload: false, resultTypes: ["violations"] };

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults, RunOptions>(
    async (options) => (globalThis as unknown as { readonly axe: { readonly run: typeof run } }).axe.run(options),
    rules,
  );
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes
        .slice(0, 5)
        .map(({ target, failureSummary }) => `axe ${id}: ${help}: ${target.join(" ")} ${failureSummary ?? ""}`),
    );
}
