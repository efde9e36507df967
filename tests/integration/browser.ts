/** Real Chromium, in a container without user namespaces and without a way out. */
import { type Browser, type BrowserContext, type Page, chromium } from "playwright-core";
import { onTestFinished } from "vitest";
import { doors } from "./doors.ts";

const options = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  // As behind TLS or on localhost: a policy that a browser ignores elsewhere would be a message on each page.
  `--unsafely-treat-insecure-origin-as-secure=${[...new Set(doors.map(({ origin }) => origin))].join(",")}`,
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

export interface Link {
  readonly href: string;
  /** Whether following it changes nothing: a link, or a form that is sent by GET. */
  readonly visit: boolean;
  /** It says of itself that it leaves. */
  readonly leaves: boolean;
}

/** The links and forms of a page as it stands, as whole addresses. */
export const linksDrawn = async (page: Page): Promise<readonly Link[]> =>
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
