/** Load from independent clients: each request is sent when it is due, whether or not the last one was answered. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** An idle connection is closed before the server closes it. */
const idleTimeoutMs = 1000;

/**
 * Sends requests at random times, `rate` of them a second on average. The time between two is distributed exponentially, as
 * it is for independent clients.
 *
 * @returns for each request, the milliseconds from when it was due until its whole response had arrived
 * @throws Error at the first response with another status than 200
 */
export async function paced(url: string, rate: number, seconds: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, timeout: idleTimeoutMs });
  const pending: Promise<number>[] = [];
  const start = performance.now();
  try {
    for (let due = start + gap(rate); due < start + seconds * 1000; due += gap(rate)) {
      // A timer may fire a fraction of a millisecond early.
      for (let early = due - performance.now(); early > 0; early = due - performance.now())
        await sleep(Math.ceil(early));
      const latency = responseTime(url, agent).then((at) => at - due);
      // A failure is handled below, with the others.
      latency.catch(() => undefined);
      pending.push(latency);
    }
    return await Promise.all(pending);
  } finally {
    await Promise.allSettled(pending);
    agent.destroy();
  }
}

const gap = (rate: number): number => (-Math.log(1 - Math.random()) / rate) * 1000;

/** The time at which the whole response had arrived. */
const responseTime = async (url: string, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      if (response.statusCode !== 200)
        reject(new Error(`${url} answered with status ${response.statusCode} under load`));
      response.resume();
      response.on("error", reject);
      response.on("end", () => resolve(performance.now()));
    }).on("error", reject);
  });

/** The value that `part` percent of the values do not exceed; NaN when there are none. Pure. */
export const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * part) / 100) - 1] ?? Number.NaN;
