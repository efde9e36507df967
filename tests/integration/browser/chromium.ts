/** Chromium in a container that has no user namespaces and no way to the internet. */
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { type Endpoint, endpoints, proxy } from "../http/endpoints.ts";

/** The browser resolves this name so that all applications are ports of one host, as they are for a visitor. */
const host = "machine.test";

/** An endpoint as a visitor of the host reaches it. */
export function onHost(endpoint: Endpoint): Endpoint {
  const { port } = new URL(endpoint.origin);
  return endpoint.origin.startsWith(proxy)
    ? { ...endpoint, origin: `http://${host}${port && `:${port}`}` }
    : { ...endpoint, origin: `http://${host}:${endpoint.publishedPort}` };
}

/** The host's ports lead to the proxy, except those that a container publishes itself. */
const resolverRules = [
  ...endpoints
    .filter(({ origin }) => !origin.startsWith(proxy))
    .map(({ origin, publishedPort }) => `MAP ${host}:${publishedPort} ${new URL(origin).host}`),
  `MAP ${host} ${new URL(proxy).host}`,
];

const origins = [...new Set([...endpoints, ...endpoints.map(onHost)].map(({ origin }) => origin))];

const options = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  `--host-resolver-rules=${resolverRules.join(",")}`,
  // Chromium treats these origins as it treats HTTPS or localhost. Elsewhere it ignores some policies and warns on each page.
  `--unsafely-treat-insecure-origin-as-secure=${origins.join(",")}`,
];

/** How long a page may take on a busy machine. */
export const timeoutMs = 60_000;

let browser: Promise<Browser> | undefined;

/** Runs `work` with a page in a context of its own, which is closed afterwards. The first call starts the process's one browser. */
export async function withPage<T>(settings: BrowserContextOptions, work: (page: Page) => Promise<T>): Promise<T> {
  browser ??= chromium.launch({
    executablePath: "/usr/lib/chromium/chromium-headless-shell",
    args: options,
    timeout: timeoutMs,
    // An observer receives SIGTERM when its scenario is over, and uses the browser after that.
    handleSIGTERM: false,
  });
  const context = await (await browser).newContext({ reducedMotion: "reduce", ...settings });
  context.setDefaultTimeout(timeoutMs);
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** Waits until a page that renders itself is complete: it has a heading, and no part of it is loading. */
export async function waitUntilRendered(page: Page): Promise<void> {
  try {
    await page.locator("h1").first().waitFor({ state: "attached" });
    await page.locator("main[aria-busy=true]").waitFor({ state: "detached" });
  } catch (cause) {
    throw new Error(`${page.url()} was not rendered within ${timeoutMs / 1000} s, or has no h1`, { cause });
  }
}
