/** Prometheus as the profile `monitoring` starts it: it finds every replica, and has an answer to every query of the dashboard. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { account } from "./applications.ts";
import { at, doors, doorsOf, named, proxy, spec } from "./doors.ts";
import { fieldOf } from "./html.ts";
import { ask, target, visitor } from "./http.ts";

const prometheus = "http://prometheus:9090";
const dashboardFile = "../../apps/docs-django-grafana/monitoring/grafana/dashboards/applications.json";
const { panels } = JSON.parse(readFileSync(new URL(dashboardFile, import.meta.url), "utf8")) as {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
};

/** What Grafana puts in the place of its variables: four scrapes, and all applications. */
const variables = { $__rate_interval: "20s", $app: ".+" } as const;
const filledIn = (query: string): string =>
  Object.entries(variables).reduce((text, [name, value]) => text.replaceAll(name, value), query);

const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }, index) => ({ name: targets.length > 1 ? `${title} ${index + 1}` : title, query: expr })),
);

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** The series that Prometheus answers a query with, now or as of a time. Throws what it says of one that it refuses. */
async function answerTo(query: string, time?: number): Promise<readonly Series[]> {
  const parameters = new URLSearchParams({ query, ...(time === undefined ? {} : { time: String(time) }) });
  const answer = await ask(`${prometheus}/api/v1/query?${parameters}`);
  if (answer.status !== 200) throw new Error(answer.text);
  const { data } = JSON.parse(answer.text) as {
    readonly data: { readonly result: readonly { metric: Series["metric"]; value: readonly [number, string] }[] };
  };
  return data.result.map(({ metric, value: [when, value] }) => ({ metric, value: Number(value), time: when }));
}

/** By application. */
const perApp = async (query: string): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await answerTo(query)).map(({ metric, value }) => [metric["app"], value]));

const everyReplica = Object.fromEntries(appNames.map((app) => [app, spec(app).replicas]));
/** Two scrapes and a look at the names in between, several times over. */
const patience = { timeout: 50_000, interval: 500 };

describe("Prometheus", () => {
  /** When every application had been visited between two scrapes: what is asked later is asked of then. */
  let visited = 0;
  beforeAll(async () => {
    visited = await vi.waitFor(async () => {
      await Promise.all(doors.map((door) => ask(at(door, "/"))));
      const told = await answerTo(`sum by (app) (rate(http_requests_total{status="200"}[20s])) > 0`);
      const missing = appNames.filter((app) => told.every(({ metric }) => metric["app"] !== app));
      if (missing.length > 0) throw new Error(`Nothing is told of the requests of ${missing.join(", ")}`);
      return told[0]!.time;
    }, patience);
  });

  test("finds every replica of every application, and nobody else", async () => {
    await expect.poll(() => perApp("count by (app) (up == 1)"), patience).toEqual(everyReplica);
    expect(await perApp("count by (app) (up)")).toEqual(everyReplica);
    expect(await perApp("count by (app) (count by (app, replica) (app_info))")).toEqual(everyReplica);
  });

  test("is told routes and not addresses, which everybody could invent", async () => {
    const door = doorsOf("rocket-ecommerce")[0]!;
    await ask(at(door, "/products/invented-by-a-visitor/"));
    const told = async (): Promise<readonly string[]> =>
      (await answerTo(`http_requests_total{app="${door.app}"}`)).map(({ metric }) => metric["route"] ?? "");
    await expect.poll(told, patience).toContainEqual(expect.stringMatching(/^\/products\/<.+>/u));
    expect((await told()).filter((route) => route.includes("invented"))).toEqual([]);
  });

  test.each(named(queries))("has an answer for the panel %s", async (_, { query }) => {
    const values = (await answerTo(filledIn(query), visited)).map(({ value }) => value);
    expect(values.filter(Number.isFinite), `${query} gives ${values.join(", ") || "nothing"}`).not.toEqual([]);
  });
});

describe("metrics", () => {
  test("are not behind the proxy", async () => {
    await expect(ask(`${proxy}:9100/metrics`)).rejects.toThrow(/ECONNREFUSED/u);
  });

  test.each(named(doors))("are no page of %s", async (_, door) => {
    expect((await ask(at(door, "/metrics"))).text).not.toContain("http_requests_total");
  });
});

test("the statistics of SQL hold no literal", async () => {
  const door = doorsOf("docs-django-grafana")[0]!;
  const { get, send } = visitor(door);
  const { name, password } = account(door.app);
  const token = "csrfmiddlewaretoken";
  const fields = { [token]: fieldOf((await get("/sign-in/")).text, token), username: name, password };
  target(await send("/sign-in/", fields));
  expect((await get(`/api/transactions/?user=${name}&min=1234.5`)).status).toBe(200);
  const statements = async (): Promise<readonly string[]> => {
    const answer = await get("/api/sql-logs/?limit=100");
    expect(answer.status, answer.text).toBe(200);
    const said = JSON.parse(answer.text) as { readonly statements: readonly { readonly statement: string }[] };
    return said.statements.map(({ statement }) => statement);
  };
  await expect.poll(statements, patience).toContainEqual(expect.stringMatching(/^SELECT .*"username" = .*LIMIT/u));
  for (const statement of await statements())
    // What is left without the names: no text, no number.
    expect(statement.replaceAll(/"[^"]*"/gu, "")).not.toMatch(/'|(?<![\w$])\d/u);
});
