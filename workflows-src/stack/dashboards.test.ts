/** The dashboards of Grafana as files. The integration tests run their queries. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const folder = "apps/monitoring/grafana";

interface Source {
  readonly datasource?: { readonly uid: string };
}
interface Panel extends Source {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Source[];
}

const dashboards = readdirSync(`${folder}/dashboards`).map((name) => {
  const { panels } = JSON.parse(readFileSync(`${folder}/dashboards/${name}`, "utf8")) as {
    readonly panels: readonly Panel[];
  };
  return { name, all: panels, panels: panels.filter(({ type }) => type !== "row") };
});

const cellsOf = ({ gridPos: { x, y, w, h } }: Panel): readonly string[] =>
  Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);

test.each(dashboards)("the panels of $name are unique, do not overlap, and fit Grafana's 24 columns", (dashboard) => {
  const { all, panels } = dashboard;
  expect(panels.length).toBeGreaterThan(0);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  const cells = all.flatMap(cellsOf);
  expect(new Set(cells).size).toBe(cells.length);
  for (const { title, gridPos } of all) expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
});

test.each(dashboards)("the data source of $name is provisioned", ({ panels }) => {
  const { datasources } = parse(readFileSync(`${folder}/provisioning/datasources/prometheus.yaml`, "utf8")) as {
    readonly datasources: readonly [{ readonly uid: string }];
  };
  for (const { title, datasource, targets = [] } of panels)
    for (const source of [{ datasource }, ...targets])
      expect([title, source.datasource?.uid]).toEqual([title, datasources[0].uid]);
});
