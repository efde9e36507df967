/** All rules together, and those that compare several files. */
import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import { catalogOf } from "../testing/another-application.ts";
import { committedFiles, compiledFiles } from "../testing/compiled-files.ts";
import { compiledFindings } from "./compiled-findings.ts";
import { findingsOf, textOf } from "./core/rule.ts";
import { changeIsNoticed } from "./services/changes.ts";
import { metricsAreRead } from "./services/monitoring.ts";

test("the committed files keep every rule", () => expect(compiledFindings(committedFiles, catalog)).toEqual([]));

test.each([1, 6, 50])("so do those of %i applications", (count) => {
  const other = catalogOf(count);
  expect(compiledFindings(compiledFiles(other), other)).toEqual([]);
});

test("a file that is missing is an error that names it, and no pass", () => {
  const files = new Map([...committedFiles].filter(([path]) => path !== "stack.yml"));
  expect(() => compiledFindings(files, catalog)).toThrow("stack.yml");
});

const withText = (path: string, from: string, to: string) => {
  const text = textOf(committedFiles, path);
  expect(text).toContain(from);
  return new Map([...committedFiles, [path, text.replace(from, to)]]);
};

describe("a change is noticed: a mounted file whose hash is not the compiled one is a finding", () => {
  test.each([
    ["nginx.conf", 3],
    ["landing.html", 3],
    ["prometheus.yml", 2],
    ["apps/reverse-proxy/start.sh", 3],
    ["apps/postgres/setup.sh", 1],
  ])("%s, in %i places", (path, count) => {
    const files = new Map([...committedFiles, [path, `${textOf(committedFiles, path)} `]]);
    expect(findingsOf([changeIsNoticed], files)).toHaveLength(count);
  });
  test.each(["docker-compose.yml", "docker-compose.test.yml"])("%s without the hash", (path) =>
    expect(findingsOf([changeIsNoticed], withText(path, "wmd.config:", "wmd.other:"))).not.toEqual([]),
  );
  test("a config of the stack without its hash", () =>
    expect(findingsOf([changeIsNoticed], withText("stack.yml", "name: wmd-nginx-", "name: wmd-nginx # "))).toHaveLength(
      1,
    ));
});

test.each([
  ["another port", "port: 9100", "port: 8000"],
  ["an application that is not read", `          - ${appNames[0]}\n`, ""],
  ["a record of another type, which lists one replica", "type: A", "type: SRV"],
  ["once in ten minutes", "scrape_interval: 5s", "scrape_interval: 10m"],
  ["addresses from yesterday", "refresh_interval: 5s", "refresh_interval: 10m"],
  ["no name of the application", "target_label: app", "target_label: job"],
])("Prometheus with %s is a finding", (_, from, to) =>
  expect(findingsOf([metricsAreRead], { files: withText("prometheus.yml", from, to), catalog })).not.toEqual([]),
);
