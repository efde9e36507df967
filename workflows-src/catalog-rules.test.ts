import { describe, expect, test } from "vitest";
import { type AppSpec, type Catalog, appNames, catalog } from "../apps/catalog.ts";
import { artifacts } from "./artifacts.ts";
import { catalogFindings } from "./catalog-rules.ts";
import { databaseConnections, metricsPort } from "./stack/services.ts";
import { another, anotherName, withAnother } from "./testing/another-application.ts";

const [first] = appNames as [(typeof appNames)[number]];
const routed = appNames.find((app) => catalog[app].route !== null)!;

test("the catalog keeps the rules, also with one application more", () => {
  expect(catalogFindings(catalog)).toEqual([]);
  expect(catalogFindings(withAnother())).toEqual([]);
  expect(catalogFindings(withAnother({ route: "/two/parts/" }))).toEqual([]);
});

/** The values of the one finding: what is wrong, and with which application. */
test.each<{ name: string; bad: Catalog; values: readonly (string | number)[] }>([
  {
    name: "a port of another application",
    bad: withAnother({ publishedPort: catalog[first].publishedPort }),
    values: [anotherName, "publishedPort", catalog[first].publishedPort, first],
  },
  {
    name: "a route of another application",
    bad: withAnother({ route: catalog[routed].route }),
    values: [anotherName, "route", String(catalog[routed].route), routed],
  },
  {
    name: "an image of another application",
    bad: withAnother({ image: catalog[first].image }),
    values: [anotherName, "image", catalog[first].image, first],
  },
  { name: "a route in upper case", bad: withAnother({ route: "/Another/" }), values: [anotherName, '"/Another/"'] },
  { name: "the root as a route", bad: withAnother({ route: "/" as "/x/" }), values: [anotherName, '"/"'] },
  { name: "an empty route", bad: withAnother({ route: "//" }), values: [anotherName, '"//"'] },
  { name: "a name in upper case", bad: withAnother({}, "Another"), values: ["Another", "name"] },
  { name: "a name with an underscore", bad: withAnother({}, "another_app"), values: ["another_app", "name"] },
  {
    name: "a port below the range",
    bad: withAnother({ publishedPort: 9000 }),
    values: [anotherName, 9000, 9001, 9099],
  },
  { name: "a port of the proxy", bad: withAnother({ publishedPort: 80 }), values: [anotherName, 80, 9001, 9099] },
  { name: "the port of the metrics", bad: withAnother({ port: metricsPort }), values: [anotherName, metricsPort] },
  { name: "no replica", bad: withAnother({ replicas: 0 }), values: [anotherName, "replicas", 0] },
  {
    name: "two replicas on one port of the host",
    bad: withAnother({ route: null }),
    values: [anotherName, another.publishedPort, "route"],
  },
])("$name is one finding", ({ bad, values }) => {
  const findings = catalogFindings(bad);
  expect(findings).toHaveLength(1);
  for (const value of values) expect(findings[0]).toContain(String(value));
  expect(() => artifacts(bad, { setup: "", start: "" })).toThrow(findings[0]);
});

test("every finding is shown at once", () => {
  const { publishedPort, image } = catalog[first];
  expect(catalogFindings(withAnother({ publishedPort, image }))).toHaveLength(2);
});

describe("connections to Postgres during a roll, when old and new replicas run side by side", () => {
  const perReplica = ({ threads, moreConnections = 0 }: AppSpec): number => threads + moreConnections;
  const present = Object.values(catalog as Catalog).reduce((sum, app) => sum + app.replicas * perReplica(app), 0);
  /** Postgres keeps twenty for its administrator and for the one-shots. */
  const available = databaseConnections - 20;
  const free = Math.floor(available / 2) - present;

  test.each([
    { name: "one thread a replica", changes: { threads: 1, replicas: free } },
    {
      name: "one more connection a replica",
      changes: { threads: 1, moreConnections: 1, replicas: Math.floor(free / 2) },
    },
  ])("$name: one replica more than fit is a finding", ({ changes }) => {
    expect(catalogFindings(withAnother(changes))).toEqual([]);
    const replicas = changes.replicas + 1;
    const needed = 2 * (present + replicas * perReplica({ ...another, ...changes }));
    const findings = catalogFindings(withAnother({ ...changes, replicas }));
    expect(findings).toHaveLength(1);
    for (const value of [needed, available]) expect(findings[0]).toContain(String(value));
  });
});
