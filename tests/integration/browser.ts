/** Real Chromium, in a container without user namespaces and without a way out. */
import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { type Door, doors, proxy } from "./doors.ts";

/** A name that stands for the machine: there every application is at a port of the same host, as for a visitor. */
const machine = "machine.test";

/** A door as a visitor of that machine knows it. */
export const onMachine = (door: Door): Door => {
  const { port } = new URL(door.origin);
  return door.origin.startsWith(proxy)
    ? { ...door, origin: `http://${machine}${port && `:${port}`}` }
    : { ...door, origin: `http://${machine}:${door.publishedPort}` };
};

/** The machine's ports, and who answers there: the proxy, unless somebody publishes one. */
const resolved = [
  ...doors
    .filter(({ origin }) => !origin.startsWith(proxy))
    .map(({ origin, publishedPort }) => `MAP ${machine}:${publishedPort} ${new URL(origin).host}`),
  `MAP ${machine} ${new URL(proxy).host}`,
];

const options = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  `--host-resolver-rules=${resolved.join(",")}`,
  // As behind TLS or on localhost: a policy that a browser ignores elsewhere would be a message on each page.
  `--unsafely-treat-insecure-origin-as-secure=${[...new Set([...doors, ...doors.map(onMachine)].map(({ origin }) => origin))].join(",")}`,
];

/** Milliseconds that a page may take on a busy machine. */
const patience = 60_000;

let browser: Promise<Browser> | undefined;

/** A page in a context of its own, closed afterwards. One browser a process, started when first asked for. */
export async function withPage<T>(settings: BrowserContextOptions, work: (page: Page) => Promise<T>): Promise<T> {
  browser ??= chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: options,
    timeout: patience,
    // A program that is told something by that signal still needs its browser.
    handleSIGTERM: false,
  });
  const context = await (await browser).newContext({ reducedMotion: "reduce", ...settings });
  context.setDefaultTimeout(patience);
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

/** A page that draws itself has done so: there is a heading, and nothing is being loaded. */
export async function drawn(page: Page): Promise<void> {
  try {
    await page.locator("h1").first().waitFor({ state: "attached" });
    await page.locator("main[aria-busy=true]").waitFor({ state: "detached" });
  } catch (cause) {
    throw new Error(`${page.url()} is not drawn, or has no heading`, { cause });
  }
}
