/** Real Chromium, in a container without user namespaces and without a way out. */
import { type Browser, type BrowserContext, type Page, chromium } from "playwright-core";
import { onTestFinished } from "vitest";

const options = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

let browser: Promise<Browser> | undefined;

/** One browser a test file, started when first asked for; a context of its own a test. */
export async function context(settings: Parameters<Browser["newContext"]>[0] = {}): Promise<BrowserContext> {
  browser ??= chromium.launch({ executablePath: "/usr/bin/chromium", args: options, timeout: 60_000 });
  const made = await (await browser).newContext(settings);
  onTestFinished(async () => made.close());
  return made;
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** The links and forms of a page as it stands, as whole addresses. */
export const linksDrawn = async (page: Page): Promise<readonly { readonly href: string; readonly visit: boolean }[]> =>
  page.evaluate(() => [
    ...[...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => ({ href, visit: true })),
    ...[...document.querySelectorAll<HTMLFormElement>("form[action]")].map((form) => ({
      href: form.action,
      visit: form.method === "get",
    })),
  ]);
