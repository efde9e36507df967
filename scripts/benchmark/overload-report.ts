/** What an overload run measured, as a table and as one row per second for its chart. Pure. */
import { percentile } from "./paced.ts";

/** One request: when it was due, how it was answered, and after how many milliseconds. */
export interface Sample {
  /** Milliseconds since the run began. */
  readonly at: number;
  /** 0: no answer. */
  readonly status: number;
  readonly latencyMs: number;
}

export interface Phases {
  /** Seconds before the flood, of the flood, and after it. */
  readonly calm: number;
  readonly flood: number;
  readonly recovery: number;
}

export interface Overload {
  readonly app: string;
  /** Requests a second. */
  readonly capacity: number;
  readonly offered: number;
  readonly phases: Phases;
  readonly flood: readonly Sample[];
  /** Requests of somebody who uses the overloaded application, slowly. */
  readonly visitor: readonly Sample[];
  readonly neighbours: readonly Sample[];
  /** The containers that were restarted or replaced. */
  readonly restarted: readonly string[];
}

export interface Second {
  readonly served: number;
  readonly shed: number;
  readonly failed: number;
  readonly neighboursFailed: number;
}

const isServed = ({ status }: Sample): boolean => status >= 200 && status < 400;
/** 429: a client's own limit; 503: more than the application can serve. */
const isShed = ({ status }: Sample): boolean => status === 429 || status === 503;
const isFailed = (sample: Sample): boolean => !isServed(sample) && !isShed(sample);

/** One element for each second of the run. */
export function seconds({ phases, flood, neighbours }: Overload): readonly Second[] {
  const length = phases.calm + phases.flood + phases.recovery;
  const within = (samples: readonly Sample[], second: number) =>
    samples.filter(({ at }) => Math.floor(at / 1000) === second);
  return Array.from({ length }, (_, second) => {
    const now = within(flood, second);
    return {
      served: now.filter(isServed).length,
      shed: now.filter(isShed).length,
      failed: now.filter(isFailed).length,
      neighboursFailed: within(neighbours, second).filter((sample) => !isServed(sample)).length,
    };
  });
}

/** The results in Markdown. */
export function tableOf(run: Overload): string {
  const { app, capacity, offered, phases, flood, neighbours, restarted } = run;
  const goodput = flood.filter(isServed).length / phases.flood;
  const during = (samples: readonly Sample[]) =>
    samples.filter(({ at }) => at >= phases.calm * 1000 && at < (phases.calm + phases.flood) * 1000);
  const calm = (samples: readonly Sample[]) => samples.filter(({ at }) => at < phases.calm * 1000);
  const failures = during(neighbours).filter((sample) => !isServed(sample)).length;
  return [
    "| measured | result |",
    "| --- | --- |",
    `| overloaded application | ${app} |`,
    `| capacity | ${capacity.toFixed(0)}/s |`,
    `| offered for ${phases.flood} s | ${(flood.length / phases.flood).toFixed(0)}/s of ${offered}/s |`,
    `| served meanwhile | ${goodput.toFixed(0)}/s, ${((100 * goodput) / capacity).toFixed(0)} % of the capacity |`,
    `| refused by 503 or 429 | ${flood.filter(isShed).length} of ${flood.length}, p99 ${p99(flood.filter(isShed))} |`,
    `| neither served nor refused | ${flood.filter(isFailed).length} |`,
    `| p99 of those served | ${p99(flood.filter(isServed))} |`,
    `| neighbours: failed | ${failures} of ${during(neighbours).length} |`,
    `| neighbours: p99 before, meanwhile | ${p99(calm(neighbours))}, ${p99(during(neighbours))} |`,
    `| normal service again after | ${recoveryOf(run)} |`,
    `| containers restarted or replaced | ${restarted.length === 0 ? "none" : restarted.join(", ")} |`,
  ].join("\n");
}

/** Seconds from the end of the flood until the last request of the visitor that was not served. */
function recoveryOf({ phases, visitor }: Overload): string {
  const end = (phases.calm + phases.flood) * 1000;
  const last = visitor.findLast((sample) => sample.at >= end && !isServed(sample));
  return `${((last === undefined ? 0 : last.at - end) / 1000).toFixed(1)} s`;
}

const p99 = (samples: readonly Sample[]): string => {
  const milliseconds = percentile(
    samples.map(({ latencyMs }) => latencyMs),
    99,
  );
  return Number.isNaN(milliseconds) ? "–" : `${milliseconds.toFixed(0)} ms`;
};
