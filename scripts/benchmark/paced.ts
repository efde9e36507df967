/** Load from many who know nothing of each other: a request is sent at its time, whether or not the last one is answered. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds after which a connection that nobody uses is given up, before the server does so. */
const idle = 1000;

/**
 * Milliseconds from when each request was due until its answer was there. `rate` is requests a second on average, over as
 * many seconds; the time between two is exponential, as of independent visitors. Rejects at the first answer but 200.
 */
export async function paced(url: string, rate: number, seconds: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, timeout: idle });
  const underway: Promise<number>[] = [];
  const start = performance.now();
  try {
    for (let due = start + gap(rate); due < start + seconds * 1000; due += gap(rate)) {
      // A timer may fire a fraction of a millisecond early.
      for (let early = due - performance.now(); early > 0; early = due - performance.now())
        await sleep(Math.ceil(early));
      const asked = answered(url, agent).then((at) => at - due);
      // What becomes of it is seen below, with the others.
      asked.catch(() => undefined);
      underway.push(asked);
    }
    return await Promise.all(underway);
  } finally {
    await Promise.allSettled(underway);
    agent.destroy();
  }
}

const gap = (rate: number): number => (-Math.log(1 - Math.random()) / rate) * 1000;

/** The moment at which the whole answer was there. */
const answered = async (url: string, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} gave ${response.statusCode} under load`));
      response.resume();
      response.on("error", reject);
      response.on("end", () => resolve(performance.now()));
    }).on("error", reject);
  });

/** The value that `part` of a hundred do not exceed. Pure; NaN of none. */
export const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * part) / 100) - 1] ?? Number.NaN;
