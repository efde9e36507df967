/**
 * Reads and writes at every endpoint while the database stops and starts again, until each reader and each writer has succeeded
 * after SIGTERM. Then it checks that every acknowledged write is kept.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { AppName } from "../../../apps/catalog.ts";
import type { OutageReport } from "../../../scripts/chaos/reports.ts";
import type { Written } from "../drivers/driver.ts";
import { drivers } from "../drivers/drivers.ts";
import { changed, changedEndpoints } from "../http/changed.ts";
import type { Endpoint } from "../http/endpoints.ts";
import { applicationName } from "../http/html.ts";
import type { HttpResponse } from "../http/request.ts";
import { type Visitor, createVisitor } from "../http/visitor.ts";
import { printReport, scenarioOver, signalOutageSeen, signalReady } from "./observer.ts";

const pauseMs = 250;
/**
 * The outage lasts until each application has answered 503 this often, so that each reader and each writer has failed several
 * times, and twice as long as the applications wait for a connection.
 */
const minUnavailable = 20;
const minOutageMs = 6000;
/** An application that never answers 503 must not make the outage endless: the report tells which one it is. */
const maxOutageMs = 60_000;
const max = { requests: 10_000, durationMs: 240_000, recoveryMs: 60_000 };

const reports: Record<string, OutageReport> = {};
const reportOf = (app: AppName): OutageReport =>
  (reports[app] ??= {
    requests: 0,
    unavailable: { page: 0, json: 0 },
    unexpected: [],
    acknowledged: 0,
    lost: [],
    recoveryMs: 0,
    unrecovered: [],
  });

const over = scenarioOver();
const startedAt = performance.now();
/** When an application answered 503 for the first time. */
let outageBeganAt: number | undefined;
/** When the scenario started the database again. */
let databaseStartedAt = Number.POSITIVE_INFINITY;
over.addEventListener("abort", () => (databaseStartedAt = performance.now()));

/** Records every response that is neither a success nor the application's own 503. */
function record(app: AppName, response: HttpResponse): void {
  const { unavailable, unexpected } = reportOf(app);
  if (response.status < 400) return;
  if (response.status === 503 && isJson(response)) unavailable.json += 1;
  else if (response.status === 503 && applicationName(response.text) === app) unavailable.page += 1;
  else unexpected.push(`${response.url} answered ${response.status}: ${response.text.slice(0, 200)}`);
  if (response.status !== 503) return;
  outageBeganAt ??= performance.now();
  if (changed.every(wasUnavailable) && performance.now() - outageBeganAt > minOutageMs) signalOutageSeen();
}

const wasUnavailable = (app: AppName): boolean => {
  const { page, json } = reportOf(app).unavailable;
  return page > 0 && page + json >= minUnavailable;
};

function isJson({ headers, text }: HttpResponse): boolean {
  if (!String(headers["content-type"]).startsWith("application/json")) return false;
  JSON.parse(text);
  return true;
}

interface RecordedVisitor extends Visitor {
  /** How many of its responses were 503. */
  readonly unavailable: () => number;
}

/** A visitor whose responses are all recorded. */
function createRecordedVisitor(endpoint: Endpoint): RecordedVisitor {
  const visitor = createVisitor(endpoint);
  let unavailable = 0;
  const recorded =
    <Args extends readonly unknown[]>(send: (...args: Args) => Promise<HttpResponse>) =>
    async (...args: Args): Promise<HttpResponse> => {
      reportOf(endpoint.app).requests += 1;
      const response = await send(...args);
      record(endpoint.app, response);
      if (response.status === 503) unavailable += 1;
      return response;
    };
  return {
    endpoint,
    cookies: visitor.cookies,
    get: recorded(visitor.get),
    follow: recorded(visitor.follow),
    postForm: recorded(visitor.postForm),
    postJson: recorded(visitor.postJson),
    unavailable: () => unavailable,
  };
}

const totalRequests = (): number => changed.reduce((sum, app) => sum + reportOf(app).requests, 0);

/** Repeats a step until it succeeds after the database's restart. A step that fails because of a 503 is not an error. */
async function repeat(
  { app, name }: Endpoint,
  action: string,
  step: () => Promise<void>,
  unavailable: () => number,
): Promise<void> {
  for (;;) {
    const before = unavailable();
    const stepStartedAt = performance.now();
    try {
      await step();
      if (stepStartedAt > databaseStartedAt) {
        const recoveryMs = Math.round(performance.now() - databaseStartedAt);
        reportOf(app).recoveryMs = Math.max(reportOf(app).recoveryMs, recoveryMs);
        return;
      }
    } catch (error) {
      if (unavailable() === before) reportOf(app).unexpected.push(String(error));
    }
    const now = performance.now();
    if (
      totalRequests() > max.requests ||
      now - startedAt > max.durationMs ||
      now - databaseStartedAt > max.recoveryMs
    ) {
      reportOf(app).unrecovered.push(`${name} ${action}`);
      return;
    }
    await sleep(pauseMs);
  }
}

interface Acknowledged {
  readonly visitor: Visitor;
  readonly written: Written;
}
const acknowledged: Acknowledged[] = [];

let writersToBegin = changedEndpoints.length;
/** The database may stop once every writer has written. */
function writerBegan(): void {
  writersToBegin -= 1;
  if (writersToBegin > 0) return;
  signalReady();
  setTimeout(signalOutageSeen, maxOutageMs).unref();
}

/** Writes again and again; where no account is needed, as another visitor each time. */
async function write(endpoint: Endpoint): Promise<void> {
  const { signIn, write: writeOnce } = drivers[endpoint.app].http;
  let visitor = createRecordedVisitor(endpoint);
  let earlierUnavailable = 0;
  await signIn?.(visitor);
  const step = async (): Promise<void> => {
    const written = await writeOnce(visitor);
    acknowledged.push({ visitor, written });
    reportOf(endpoint.app).acknowledged += 1;
    if (signIn) return;
    earlierUnavailable += visitor.unavailable();
    visitor = createRecordedVisitor(endpoint);
  };
  await step();
  writerBegan();
  await repeat(endpoint, "writes", step, () => earlierUnavailable + visitor.unavailable());
}

async function read(endpoint: Endpoint, path: string): Promise<void> {
  const visitor = createRecordedVisitor(endpoint);
  const step = async (): Promise<void> => {
    const { status } = await visitor.get(path);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
  };
  await repeat(endpoint, `reads ${path}`, step, visitor.unavailable);
}

await Promise.all([
  ...changedEndpoints.map(write),
  ...changedEndpoints.map(async (endpoint) => read(endpoint, "/")),
  ...changedEndpoints.flatMap((endpoint) => {
    const { apiPath } = drivers[endpoint.app].http;
    return apiPath === undefined ? [] : [read(endpoint, apiPath)];
  }),
]);

/** Reads what was written at one endpoint, one write after the other. */
async function findLost(endpoint: Endpoint): Promise<void> {
  for (const { visitor, written } of acknowledged) {
    if (visitor.endpoint !== endpoint) continue;
    const { status, text } = await visitor.get(written.path);
    if (status !== 200 || !text.includes(written.text))
      reportOf(endpoint.app).lost.push(`${written.path}: ${written.text}`);
  }
}
await Promise.all(changedEndpoints.map(findLost));
printReport(reports);
