/** Offers one application of the serving stack more than it can serve, and measures it and its neighbours meanwhile. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import autocannon from "autocannon";
import { type AppName, appNames } from "../../apps/catalog.ts";
import { stackName } from "../../contract/names.ts";
import { portOf, usualPorts } from "../../contract/ports.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { docker } from "../docker/docker.ts";
import { overloadChart } from "./overload-chart.ts";
import { type Overload, type Phases, type Sample, seconds, tableOf } from "./overload-report.ts";

const phases: Phases = { calm: 15, flood: 120, recovery: 15 };
const capacityRun = { connections: 16, duration: 10 } as const;
/** The flood, as a multiple of the capacity. */
const factor = 3;
/** Requests a second of each neighbour, and of one visitor of the overloaded application. */
const calmRate = 4;
const timeoutMs = 10_000;

const chartFile = ".pipeline/overload.svg";

/**
 * Floods the start page of an application on its own port. Prints a table and writes a chart.
 * @throws UserError where no stack serves, or where its pages fail without overload
 */
export async function overload(app: AppName, fx: Effects): Promise<void> {
  const before = await containers(fx);
  const capacity = await capacityOf(urlOf(app));
  const offered = Math.round(capacity * factor);
  fx.log(`${app} serves ${capacity.toFixed(0)} requests/s. ${offered} requests/s follow for ${phases.flood} s.`);

  const start = performance.timeOrigin + performance.now();
  const [calm, flood] = await Promise.all([
    visitsOf({
      urls: appNames.map(urlOf),
      ratePerUrl: calmRate,
      keepAlive: false,
      start,
      fromMs: 0,
      lengthMs: 1000 * (phases.calm + phases.flood + phases.recovery),
      timeoutMs,
    }),
    visitsOf({
      urls: [urlOf(app)],
      ratePerUrl: offered,
      keepAlive: true,
      start,
      fromMs: 1000 * phases.calm,
      lengthMs: 1000 * phases.flood,
      timeoutMs,
    }),
  ]);
  const visitor = calm.filter(([url]) => url === urlOf(app)).map(([, sample]) => sample);
  const neighbours = calm.filter(([url]) => url !== urlOf(app)).map(([, sample]) => sample);

  const restarted = changed(before, await containers(fx));
  const run: Overload = {
    app,
    capacity,
    offered,
    phases,
    flood: flood.map(([, sample]) => sample),
    visitor,
    neighbours,
    restarted,
  };
  fx.files.write(chartFile, overloadChart(seconds(run), run));
  fx.log(`\n${tableOf(run)}\n\nWritten to ${chartFile}`);
}

const urlOf = (app: AppName): string => `http://127.0.0.1:${portOf(app, usualPorts)}/`;

async function capacityOf(url: string): Promise<number> {
  const { requests, non2xx, errors, timeouts } = await autocannon({ url, ...capacityRun });
  const failed = non2xx + errors + timeouts;
  if (failed > 0)
    throw new UserError(`${failed} requests of ${url} failed without overload`, "Read the log of its containers");
  return requests.average;
}

/** Requests at a steady rate, which visitors-worker.mjs sends. */
export interface Visits {
  readonly urls: readonly string[];
  /** Requests a second. */
  readonly ratePerUrl: number;
  /** Whether a connection serves several requests. A new visitor opens one, which costs a kernel's port for a minute. */
  readonly keepAlive: boolean;
  /** When the run began, in milliseconds since 1970: the clock that all threads share. */
  readonly start: number;
  /** The first request is due so long after the start. */
  readonly fromMs: number;
  readonly lengthMs: number;
  readonly timeoutMs: number;
}

/** The samples of all visits, each with its URL. */
async function visitsOf(visits: Visits): Promise<readonly (readonly [string, Sample])[]> {
  const worker = new Worker(new URL("./visitors-worker.mjs", import.meta.url), { workerData: visits, execArgv: [] });
  const [samples] = (await once(worker, "message")) as [readonly (readonly [string, Sample])[]];
  return samples;
}

/** When each container of the serving stack was started, by its name. */
async function containers(fx: Effects): Promise<ReadonlyMap<string, string>> {
  const label = `com.docker.compose.project=${stackName}`;
  const lines = (await fx.output(docker.labelled(label, "{{.State}} {{.Names}}"))).split("\n");
  const names = lines.flatMap((line) => (line.startsWith("running ") ? [line.slice("running ".length)] : []));
  if (names.length === 0)
    throw new UserError("No stack is serving: there is nothing to overload", "Start one: npm start");
  const started = await Promise.all(
    names.map(async (name) => (await fx.output(docker.inspect("{{.State.StartedAt}}", name))).trim()),
  );
  return new Map(names.map((name, index) => [name, started[index] ?? ""]));
}

const changed = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] =>
  [...before].flatMap(([name, started]) => (after.get(name) === started ? [] : [name]));
