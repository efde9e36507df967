/**
 * Requests every endpoint while services stop and start, and records which application answered. After SIGTERM it waits until
 * every endpoint answers correctly again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import type { RoutingReport } from "../../../scripts/chaos/reports.ts";
import { endpoints, proxy, urlAt } from "../http/endpoints.ts";
import { applicationName } from "../http/html.ts";
import { CutResponse, type HttpResponse, request } from "../http/request.ts";
import { printReport, scenarioOver, signalReady } from "./observer.ts";

const pauseMs = 50;
const timeoutMs = 10_000;
/** The scenario's argument: the verdict on the report needs so many requests, also where the scenario is over sooner. */
const minRequests = v.parse(v.pipe(v.string(), v.digits(), v.transform(Number)), process.argv[2]);
const max = { requests: 6000, durationMs: 300_000, recoveryMs: 90_000 };

const proxyName = "reverse-proxy";

interface Target {
  readonly url: string;
  readonly expected: string;
  /** The proxy answers for the application when that is down, and itself never stops. */
  readonly proxied: boolean;
}

const landingPage: Target = { url: `${proxy}/`, expected: proxyName, proxied: true };
const targets: readonly Target[] = [
  ...endpoints.map((endpoint) => ({
    url: urlAt(endpoint, "/healthz"),
    expected: endpoint.app,
    proxied: endpoint.origin.startsWith(proxy),
  })),
  { url: `${proxy}/healthz`, expected: proxyName, proxied: true },
  landingPage,
];

type Outcome =
  | { readonly app: string }
  | { readonly status: number; readonly byProxy: boolean }
  | { readonly error: string; readonly cut: boolean };

const outcomeOf = async ({ url }: Target): Promise<Outcome> =>
  request(url, { timeoutMs }).then(
    (response) => {
      const app = response.status === 200 ? answeringApplication(response) : undefined;
      return app === undefined ? { status: response.status, byProxy: !response.headers["x-replica"] } : { app };
    },
    (error: unknown) => ({ error: String(error), cut: error instanceof CutResponse }),
  );

const health = v.pipe(v.string(), v.parseJson(), v.object({ app: v.string() }));

/** A health check names its application in JSON, a page names it in its head. */
function answeringApplication({ text }: HttpResponse): string | undefined {
  const parsed = v.safeParse(health, text);
  return parsed.success ? parsed.output.app : applicationName(text);
}

const seen = {
  requests: 0,
  misrouted: [] as { url: string; expected: string; actual: string }[],
  unexpected: [] as { url: string; outcome: string }[],
};
const correct = new Map<string, boolean>();

/** The application is stopped: the proxy says so, its response was cut, or the port that its container publishes is closed. */
const isStopped = ({ expected, proxied }: Target, outcome: Outcome): boolean =>
  expected !== proxyName &&
  (("status" in outcome && outcome.byProxy && [502, 503, 504].includes(outcome.status)) ||
    ("error" in outcome && (outcome.cut || !proxied)));

async function check(target: Target): Promise<void> {
  seen.requests += 1;
  const { url, expected } = target;
  const outcome = await outcomeOf(target);
  correct.set(url, "app" in outcome && outcome.app === expected);
  if ("app" in outcome) {
    if (outcome.app !== expected) seen.misrouted.push({ url, expected, actual: outcome.app });
  } else if (!isStopped(target, outcome))
    seen.unexpected.push({ url, outcome: "status" in outcome ? `status ${outcome.status}` : outcome.error });
}

const over = scenarioOver();
signalReady();
const startedAt = performance.now();
const pending = new Set<Promise<void>>();
for (
  let turn = 0;
  (!over.aborted || seen.requests < minRequests) &&
  seen.requests < max.requests &&
  performance.now() - startedAt < max.durationMs;
  turn += 1
) {
  const checking = check(targets[turn % targets.length] ?? landingPage);
  pending.add(checking);
  void checking.finally(() => pending.delete(checking));
  await sleep(pauseMs);
}
await Promise.all(pending);

const deadline = performance.now() + max.recoveryMs;
do {
  correct.clear();
  await Promise.all(targets.map(check));
  if ([...correct.values()].every(Boolean)) break;
  await sleep(pauseMs * targets.length);
} while (performance.now() < deadline);

const unrecovered = targets.map(({ url }) => url).filter((url) => !correct.get(url));
const report: RoutingReport = { ...seen, unrecovered };
printReport(report);
