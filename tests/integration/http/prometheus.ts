/** Queries of the Prometheus of the test stack. */
import * as v from "valibot";
import { parseJson } from "./json.ts";
import { request } from "./request.ts";

const origin = "http://prometheus:9090";

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970. */
  readonly time: number;
}

const queryResult = v.object({
  data: v.object({
    result: v.array(v.object({ metric: v.record(v.string(), v.string()), value: v.tuple([v.number(), v.string()]) })),
  }),
});

/** @param time seconds since 1970; without it the query is evaluated now */
export async function queryPrometheus(query: string, time?: number): Promise<readonly Series[]> {
  const parameters = new URLSearchParams({ query, ...(time === undefined ? {} : { time: String(time) }) });
  const { status, text } = await request(`${origin}/api/v1/query?${parameters}`);
  if (status !== 200) throw new Error(`Prometheus refused the query ${query}: ${text}`);
  const { data } = parseJson(queryResult, text);
  return data.result.map(({ metric, value: [when, value] }) => ({ metric, value: Number(value), time: when }));
}
