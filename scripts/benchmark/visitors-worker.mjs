// @ts-check
/**
 * Asks for the start pages of applications at even intervals, each time on a new connection as a new visitor does. A thread of
 * its own: beside thousands of connections of a flood, an event loop would measure its own delay.
 */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

/** @typedef {import("./overload-report.ts").Sample} Sample */
/** @type {import("./overload.ts").Visits} */
const { urls, ratePerUrl, start, lengthMs, timeoutMs } = workerData;

const agent = new Agent({ keepAlive: false });
const sinceStart = () => performance.timeOrigin + performance.now() - start;

/**
 * The status of the complete response, or 0.
 * @param {string} url
 * @returns {Promise<number>}
 */
const ask = (url) =>
  new Promise((resolve) => {
    const request = get(url, { agent, timeout: timeoutMs }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.on("error", () => resolve(0));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(0));
  });

/**
 * @param {string} url
 * @returns {Promise<Sample>}
 */
async function visit(url) {
  const at = sinceStart();
  const status = await ask(url);
  return { at, status, latencyMs: sinceStart() - at };
}

/** @type {Promise<readonly [string, Sample]>[]} */
const visits = [];
// The applications take turns, so that no two are asked at the same moment.
for (let number = 0; ; number += 1) {
  const due = (number * 1000) / (ratePerUrl * urls.length);
  if (due >= lengthMs) break;
  await sleep(Math.max(0, due - sinceStart()));
  const url = urls[number % urls.length] ?? "";
  visits.push(visit(url).then((sample) => [url, sample]));
}
parentPort?.postMessage(await Promise.all(visits), []);
