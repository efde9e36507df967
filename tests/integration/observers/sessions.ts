/**
 * Keeps one signed-in user in a browser at each application while replicas are killed and started again. Until SIGTERM each user
 * reads a protected page; afterwards each user also writes, several times. Where other replicas are left, HTTP clients read at
 * the same time, so that some requests meet the killed replica before the proxy notices that it is gone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Page, errors } from "playwright-core";
import type { AppName } from "../../../apps/catalog.ts";
import type { SessionReport } from "../../../scripts/chaos/reports.ts";
import { closeBrowser, withPage } from "../browser/chromium.ts";
import { drivers, openProtectedPage } from "../drivers/drivers.ts";
import { changed } from "../http/changed.ts";
import { type Endpoint, endpointsOf, specOf, urlAt } from "../http/endpoints.ts";
import { CutResponse, request } from "../http/request.ts";
import { printReport, scenarioOver, signalReady } from "./observer.ts";

const roundsAfterwards = 4;
/** How long a killed replica without siblings may take to answer again. */
const recoveryMs = 90_000;
const retryMs = 250;
/**
 * Where the only replica is killed, a navigation is given up after this time and repeated. A browser that waits for an address
 * that no container holds repeats the attempt by itself, but ever more rarely.
 */
const navigationTimeoutMs = 10_000;
const readers = { perEndpoint: 4, pauseMs: 60 };

const over = scenarioOver();
const signedIn = new Set<AppName>();

/** The browser's names for a response that ended before its end. */
const cutErrors = ["net::ERR_CONTENT_LENGTH_MISMATCH", "net::ERR_INCOMPLETE_CHUNKED_ENCODING"];

interface Failure {
  readonly text: string;
  /** The response had begun. */
  readonly cut: boolean;
  /** No replica answered. The only replica of an application may be missing; one of several may not. */
  readonly unanswered: boolean;
}

async function readHealth(endpoint: Endpoint, report: SessionReport): Promise<void> {
  const url = urlAt(endpoint, "/healthz");
  while (!over.aborted) {
    try {
      const { status } = await request(url);
      if (status !== 200) report.errors.push(`${url} answered ${status}`);
    } catch (error) {
      if (error instanceof CutResponse) report.cut += 1;
      else report.errors.push(`${url}: ${String(error)}`);
    }
    await sleep(readers.pauseMs);
  }
}

/** Collects what goes wrong in a browser context; calls `add` for each failed response or request. */
function watchFailures(page: Page, add: (failure: Failure) => void): void {
  page.context().on("response", (response) => {
    const status = response.status();
    if (status >= 400)
      add({
        text: `${response.url()} answered ${status}`,
        cut: false,
        // A response of the application names its replica.
        unanswered: [502, 503, 504].includes(status) && response.headers()["x-replica"] === undefined,
      });
  });
  page.context().on("requestfailed", (failed) => {
    const text = failed.failure()?.errorText ?? "";
    // The browser aborts what a page is still loading when it leaves that page.
    if (text !== "net::ERR_ABORTED")
      add({ text: `${failed.url()}: ${text}`, cut: cutErrors.includes(text), unanswered: true });
  });
}

async function useApplication(app: AppName): Promise<SessionReport> {
  const [endpoint] = endpointsOf(app);
  const { signIn, write } = drivers[app].browser;
  const singleReplica = specOf(app).replicas === 1;
  const reading = singleReplica
    ? []
    : endpointsOf(app).flatMap((each) => Array.from({ length: readers.perEndpoint }, () => each));
  const report: SessionReport = { rounds: 0, clients: 1 + reading.length, unanswered: 0, cut: 0, errors: [] };
  await withPage({}, async (first) => {
    let page = first;
    await signIn(page, endpoint);
    await write(page, endpoint);
    const context = page.context();
    if (singleReplica) context.setDefaultNavigationTimeout(navigationTimeoutMs);
    let failures: Failure[] = [];
    watchFailures(page, (failure) => failures.push(failure));

    /** Runs a step and records its failures; resolves to whether there were none. */
    const tryStep = async (step: () => Promise<void>): Promise<boolean> => {
      failures = [];
      try {
        await step();
      } catch (error) {
        if (failures.length === 0)
          failures.push({ text: String(error), cut: false, unanswered: error instanceof errors.TimeoutError });
        // A browser that got no answer may repeat the navigation later, and disturb the next step.
        await page.close();
        page = await context.newPage();
      }
      const excused = failures.filter(({ cut, unanswered }) => cut || (unanswered && singleReplica));
      if (excused.some(({ cut }) => cut)) report.cut += 1;
      if (excused.some(({ cut }) => !cut)) report.unanswered += 1;
      report.errors.push(...failures.filter((failure) => !excused.includes(failure)).map(({ text }) => text));
      return failures.length === 0;
    };

    signedIn.add(app);
    if (signedIn.size === changed.length) signalReady();
    const readings = reading.map(async (each) => readHealth(each, report));
    while (!over.aborted) if (!(await tryStep(async () => openProtectedPage(page, endpoint)))) await sleep(retryMs);
    await Promise.all(readings);

    const deadline = performance.now() + recoveryMs;
    while (report.rounds < roundsAfterwards && report.errors.length === 0 && performance.now() < deadline) {
      const succeeded = await tryStep(async () => {
        await write(page, endpoint);
        await openProtectedPage(page, endpoint);
      });
      if (succeeded) report.rounds += 1;
      else await sleep(retryMs);
    }
  });
  return report;
}

const reports: Record<string, SessionReport> = {};
await Promise.all(changed.map(async (app) => (reports[app] = await useApplication(app))));
await closeBrowser();
printReport(reports);
