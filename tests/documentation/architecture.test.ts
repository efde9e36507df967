/** docs/architecture.md names every service, network and port of docker-compose.yml. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { appNames } from "../../apps/catalog.ts";
import { read } from "./files.ts";

interface ComposeFile {
  readonly services: Readonly<Record<string, { readonly ports?: readonly string[] }>>;
  readonly networks: Readonly<Record<string, unknown>>;
}
const { services, networks } = parse(read("docker-compose.yml")) as ComposeFile;
const page = read("docs/architecture.md");

/** A row whose first cell names it, as such or as an example. */
const rowOf = (name: string): RegExp => new RegExp(String.raw`^\| [^|]*\x60${name}\x60 \|`, "mu");

/** The page names one application as the example for what each application has. */
const example = appNames.find((app) => rowOf(app).test(page));
const isOther = (name: string): boolean =>
  example !== undefined && appNames.some((app) => name.startsWith(app)) && !name.startsWith(example);

test("each service", () =>
  expect(Object.keys(services).filter((name) => !page.includes(name.replace(/^.*(?=-prepare$)/u, "…")))).toEqual([]));

test("each network", () =>
  expect(Object.keys(networks).filter((name) => !isOther(name) && !rowOf(name).test(page))).toEqual([]));

test("each port of the host, in a row with its container", () => {
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => [/:-(\d+)\}/u.exec(port)?.[1] ?? "", name] as const),
  );
  // One of each application, and those of the proxy, of Prometheus and of Grafana.
  expect(published.length).toBe(appNames.length + 3);
  const inRow = ([port, name]: readonly [string, string]) =>
    new RegExp(String.raw`^\| (?:127\.0\.0\.1:)?${port} \| ${name} \|`, "mu").test(page);
  expect(published.filter((one) => !inRow(one))).toEqual([]);
});
