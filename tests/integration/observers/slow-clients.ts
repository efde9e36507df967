/**
 * Attacks every endpoint by clients that are slow or silent, one kind of them after the other. Meanwhile visitors request pages
 * of all applications. It ends by itself, and records how the visitors were answered.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { SlowClientsReport } from "../../../scripts/chaos/reports.ts";
import { changedEndpoints } from "../http/changed.ts";
import { type Endpoint, endpoints, proxy, urlAt } from "../http/endpoints.ts";
import { styleSheets } from "../http/html.ts";
import { request, requireOk } from "../http/request.ts";
import { type Attack, type Ending, attacks, openSlowClients } from "../http/slow-clients.ts";
import { printReport, scenarioOver, signalReady } from "./observer.ts";

/** How long the connections of an attack stay open. */
const holdMs = 1000;
/** How long refused clients wait for their response. */
const refusalMs = 30_000;
/** Attacks run at several endpoints at once, up to so many connections: the proxy is made for 6,000 silent ones. */
const maxConnections = 5000;
const visitPauseMs = 25;
/** A machine that is busy with something else may be slow, so nobody gives up soon. */
const timeoutMs = 60_000;

const visited = [`${proxy}/`, ...endpoints.map((endpoint) => urlAt(endpoint, "/"))];

interface Visits {
  readonly latencies: number[];
  readonly failures: string[];
  busy: number;
}

/** Requests a page, and once more whenever the answer is that the application is too busy. */
async function visit(url: string, visits: Visits): Promise<void> {
  const begun = performance.now();
  try {
    let { status, headers } = await request(url, { timeoutMs });
    while (status === 503 && performance.now() - begun < timeoutMs) {
      visits.busy += 1;
      await sleep(Number(headers["retry-after"] ?? 1) * 1000);
      ({ status, headers } = await request(url, { timeoutMs }));
    }
    if (status === 200) visits.latencies.push(performance.now() - begun);
    else visits.failures.push(`${url} answered ${status}`);
  } catch (error) {
    visits.failures.push(String(error));
  }
}

/** Requests one page after the other at even intervals: each at least once, and until the signal. */
async function visitAll(visits: Visits, over: AbortSignal): Promise<void> {
  const pending: Promise<void>[] = [];
  for (let turn = 0; !over.aborted || turn < visited.length; turn += 1) {
    pending.push(visit(visited[turn % visited.length] ?? proxy, visits));
    await sleep(visitPauseMs);
  }
  await Promise.all(pending);
}

const stylesOf = async (endpoint: Endpoint): Promise<string> => {
  const page = requireOk(await request(urlAt(endpoint, "/")));
  return new URL(styleSheets(page.text)[0] ?? "", page.url).pathname;
};
const styles = new Map(
  await Promise.all(changedEndpoints.map(async (endpoint) => [endpoint, await stylesOf(endpoint)] as const)),
);

type Outcome = SlowClientsReport[number];

/** Runs the attack at each endpoint, at several of them at once. */
async function run(attack: Attack): Promise<Outcome> {
  const visits: Visits = { latencies: [], failures: [], busy: 0 };
  const endings: Ending[] = [];
  const size = Math.max(1, Math.floor(maxConnections / attack.connections));
  for (let from = 0; from < changedEndpoints.length; from += size) {
    const opened = await Promise.all(
      changedEndpoints
        .slice(from, from + size)
        .map(async (endpoint) => openSlowClients(attack, endpoint, styles.get(endpoint) ?? "/")),
    );
    const over = new AbortController();
    const visiting = visitAll(visits, over.signal);
    const ended = Promise.all(opened.flatMap((clients) => clients.endings));
    await Promise.all([sleep(holdMs), Promise.race([ended, sleep(refusalMs)])]);
    over.abort();
    await visiting;
    opened.forEach(({ end }) => end());
    endings.push(...(await ended));
  }
  const latencies = visits.latencies.toSorted((one, other) => one - other);
  return {
    attack: attack.name,
    connections: attack.connections * changedEndpoints.length,
    refused: endings.filter((ending) => ending === 413 || ending === "closed by the server").length,
    mustBeRefused: attack.refused ?? false,
    answered: latencies.length,
    busy: visits.busy,
    failures: visits.failures,
    p99Ms: Math.round(latencies[Math.floor(latencies.length * 0.99)] ?? 0),
    maxMs: Math.round(latencies.at(-1) ?? 0),
  };
}

// The scenario stops this program at once, and waits for its end.
scenarioOver();
signalReady();
const report: Outcome[] = [];
for (const attack of attacks) report.push(await run(attack));
printReport(report);
// Timers of requests that nobody waits for may be left.
process.exit();
