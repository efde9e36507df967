// @ts-check
/**
 * Asks for the start pages of applications at even intervals, whether or not earlier requests were answered. A thread of its
 * own: beside thousands of connections of a flood, an event loop would measure its own delay.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Pool } from "undici";

/** @typedef {import("./overload-report.ts").Sample} Sample */
/** @type {import("./overload.ts").Visits} */
const { urls, ratePerUrl, keepAlive, start, fromMs, lengthMs, timeoutMs } = workerData;

/** Docker's forwarding of loopback takes six files for each connection, and ends for good where a limit of 20,000 is reached. */
const connections = 3000;
/** @param {string} url */
const targetOf = (url) => {
  const { origin, pathname: path } = new URL(url);
  const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  return { url, path, pool: new Pool(origin, { connections, pipelining: keepAlive ? 1 : 0, ...timeouts }) };
};
const targets = urls.map(targetOf);
const sinceStart = () => performance.timeOrigin + performance.now() - start;

/**
 * The status of the complete response, or 0 where there is none in time. The time that it waits for a connection counts.
 * @param {ReturnType<typeof targetOf>} target
 * @returns {Promise<Sample>}
 */
const visit = ({ path, pool }) =>
  new Promise((resolve) => {
    const at = sinceStart();
    let status = 0;
    /** @param {number} answered */
    const end = (answered) => {
      const latencyMs = sinceStart() - at;
      resolve({ at, status: latencyMs > timeoutMs ? 0 : answered, latencyMs });
    };
    pool.dispatch(
      { path, method: "GET" },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, code) => {
          status = code;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => end(status),
        onResponseError: () => end(0),
      },
    );
  });

/** @type {Promise<readonly [string, Sample]>[]} */
const visits = [];
// The applications take turns, so that no two are asked at the same moment.
for (let number = 0; ; number += 1) {
  const due = fromMs + (number * 1000) / (ratePerUrl * targets.length);
  if (due >= fromMs + lengthMs) break;
  const early = due - sinceStart();
  if (early > 0) await sleep(early);
  const target = targets[number % targets.length];
  if (target !== undefined) visits.push(visit(target).then((sample) => [target.url, sample]));
}
const samples = await Promise.all(visits);
await Promise.all(targets.map(({ pool }) => pool.destroy()));
parentPort?.postMessage(samples, []);
