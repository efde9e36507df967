/** Prometheus, configured as the profile `monitoring` configures it. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import * as v from "valibot";
import { appNames } from "../../apps/catalog.ts";
import { drivers } from "./drivers/drivers.ts";
import { replicasOf } from "./http/changed.ts";
import { endpoints, endpointsOf, proxy, urlAt } from "./http/endpoints.ts";
import { parseJson } from "./http/json.ts";
import { type Series, queryPrometheus } from "./http/prometheus.ts";
import { request } from "./http/request.ts";
import { createVisitor } from "./http/visitor.ts";
import { byName } from "./rows.ts";

const dashboard = v.object({
  panels: v.array(v.object({ title: v.string(), targets: v.optional(v.array(v.object({ expr: v.string() })), []) })),
});
const dashboardFile = "../../apps/monitoring/grafana/dashboards/applications.json";
const { panels } = parseJson(dashboard, readFileSync(new URL(dashboardFile, import.meta.url), "utf8"));

/** The values of Grafana's variables: the time of four scrapes, and all applications. */
const variables = { $__rate_interval: "20s", $app: ".+" } as const;
const withVariables = (query: string): string =>
  Object.entries(variables).reduce((text, [name, value]) => text.replaceAll(name, value), query);

const queries = panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }, index) => ({ name: targets.length > 1 ? `${title} ${index + 1}` : title, query: expr })),
);

const valueOfEachApp = async (query: string): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await queryPrometheus(query)).map(({ metric, value }) => [metric["app"], value]));

const replicasOfEachApp = Object.fromEntries(appNames.map((app) => [app, replicasOf(app)]));
/** Long enough for several scrapes and DNS lookups. */
const polling = { timeout: 50_000, interval: 500 };

describe("Prometheus", () => {
  /** A time at which the rates of all applications were known. */
  let measuredAt = 0;
  beforeAll(async () => {
    measuredAt = await vi.waitFor(async () => {
      await Promise.all(endpoints.map((endpoint) => request(urlAt(endpoint, "/"))));
      const rates = await queryPrometheus(`sum by (app) (rate(http_requests_total{status="200"}[20s])) > 0`);
      const unknown = appNames.filter((app) => rates.every(({ metric }) => metric["app"] !== app));
      if (unknown.length > 0) throw new Error(`Prometheus has no request rate of ${unknown.join(", ")}`);
      return (rates[0] as Series).time;
    }, polling);
  });

  test("scrapes every replica of every application, and nothing else", async () => {
    await expect.poll(() => valueOfEachApp("count by (app) (up == 1)"), polling).toEqual(replicasOfEachApp);
    expect(await valueOfEachApp("count by (app) (up)")).toEqual(replicasOfEachApp);
    expect(await valueOfEachApp("count by (app) (count by (app, replica) (app_info))")).toEqual(replicasOfEachApp);
  });

  const parameterized = appNames.flatMap((app) => {
    const path = drivers[app].http.parameterized;
    return path === undefined ? [] : [[app, path] as const];
  });
  test.each(parameterized)(
    "the metrics of %s have routes as labels, and no paths, which visitors could invent",
    async (app, { path, route }) => {
      await request(urlAt(endpointsOf(app)[0], path));
      const routes = async (): Promise<readonly string[]> =>
        (await queryPrometheus(`http_requests_total{app="${app}"}`)).map(({ metric }) => metric["route"] ?? "");
      await expect.poll(routes, polling).toContainEqual(expect.stringMatching(route));
      expect((await routes()).filter((label) => label.includes("invented"))).toEqual([]);
    },
  );

  test.each(byName(queries))("answers the query of the dashboard's panel %s", async (_, { query }) => {
    const values = (await queryPrometheus(withVariables(query), measuredAt)).map(({ value }) => value);
    expect(values.filter(Number.isFinite), `${query} gives ${values.join(", ") || "nothing"}`).not.toEqual([]);
  });
});

describe("the metrics of the applications", () => {
  test("are not reachable through the proxy", async () => {
    await expect(request(`${proxy}:9100/metrics`)).rejects.toThrow(/ECONNREFUSED/u);
  });

  test.each(byName(endpoints))("are not served at %s", async (_, endpoint) => {
    expect((await request(urlAt(endpoint, "/metrics"))).text).not.toContain("http_requests_total");
  });
});

const withSqlStatistics = appNames.flatMap((app) => {
  const { sqlStatistics } = drivers[app].http;
  return sqlStatistics === undefined ? [] : [[app, sqlStatistics] as const];
});
test.each(withSqlStatistics)(
  "the SQL statistics of %s contain no literal of a statement",
  async (app, { execute, executed, statements }) => {
    const visitor = createVisitor(endpointsOf(app)[0]);
    await execute(visitor);
    await expect.poll(() => statements(visitor), polling).toContainEqual(expect.stringMatching(executed));
    for (const statement of await statements(visitor))
      // Without the quoted identifiers there is neither a string nor a number.
      expect(statement.replaceAll(/"[^"]*"/gu, "")).not.toMatch(/'|(?<![\w$])\d/u);
  },
);
