/** Puts load on one page and measures how fast it is answered. */
import autocannon from "autocannon";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { paced, percentile } from "./paced.ts";

/** Seconds of each phase. */
const phases = { warmUp: 3, maximum: 10, half: 15 } as const;
const connections = 8;

export interface Load {
  /** Requests a second with a few connections, each of which sends its next request at once. */
  readonly maxRate: number;
  /** Milliseconds, at half of that rate, with independent requests. */
  readonly p50: number;
  readonly p99: number;
}

export async function measureLoad(url: string, title: string, fx: Effects): Promise<Load> {
  fx.throwIfCancelled();
  await saturate({ url, duration: phases.warmUp });
  const { requests } = await saturate({ url, duration: phases.maximum });
  const latencies = await paced(url, Math.max(1, requests.average / 2), phases.half);
  const load = { maxRate: requests.average, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
  fx.log(`  ${title}: ${cells(load).join(", ")}`);
  return load;
}

/** Throws UserError when any response is not the page: its rate would mean nothing. */
async function saturate(options: autocannon.Options): Promise<autocannon.Result> {
  const result = await autocannon({ connections, ...options });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0)
    throw new UserError(`${failed} requests of ${options.url} failed under load`, "Read the log of its container");
  return result;
}

/** Pure: rate, p50 and p99 as cells of a table. */
export const cells = ({ maxRate, p50, p99 }: Load): readonly string[] => [
  `${maxRate.toFixed(0)}/s`,
  ...[p50, p99].map((milliseconds) => `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`),
];
