import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AppSpec, type Catalog, catalog } from "../apps/catalog.ts";
import { artifacts } from "./artifacts.ts";
import { catalogFindings } from "./catalog-rules.ts";
import { fileFindings } from "./catalog/files.ts";
import { ownFolders } from "./catalog/names.ts";
import { networkNotice } from "./catalog/together.ts";
import { databaseConnections, metricsPort } from "./stack/services.ts";
import { another, anotherName, catalogOf, neighbor, neighborName, withAnother } from "./testing/another-application.ts";

const words = (text: string): readonly string[] => text.split(" ");
const inner = { ...another, image: "inner-image", title: "Inner", publishedPort: another.publishedPort + 1 };

test("the catalog keeps the rules, and so do two applications", () => {
  expect(catalogFindings(catalog)).toEqual([]);
  expect(catalogFindings(withAnother())).toEqual([]);
  expect(catalogFindings(withAnother({ route: "/two/parts/" }))).toEqual([]);
});

/** The values of the one finding: what is wrong, and with which application. */
test.each<{ name: string; bad: Catalog; values: readonly (string | number)[] }>([
  {
    name: "a port of another application",
    bad: withAnother({ publishedPort: neighbor.publishedPort }),
    values: [anotherName, "publishedPort", neighbor.publishedPort, neighborName],
  },
  {
    name: "a route of another application",
    bad: { [anotherName]: another, "inner-app": { ...inner, route: another.route } },
    values: ["inner-app", "route", String(another.route), anotherName],
  },
  {
    name: "an image of another application",
    bad: withAnother({ image: neighbor.image }),
    values: [anotherName, "image", neighbor.image, neighborName],
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
  ...[0, -4, 0.5, 65, Number.NaN].map((threads) => ({
    name: `${threads} threads`,
    bad: withAnother({ threads }),
    values: [anotherName, "threads", threads, 1, 64],
  })),
  ...[1.5, -1].map((replicas) => ({
    name: `${replicas} replicas`,
    bad: withAnother({ replicas }),
    values: [anotherName, "replicas", replicas],
  })),
  ...[9090, 70_000, 9006.5, 3000, 5050, 9100].map((publishedPort) => ({
    name: `the published port ${publishedPort}`,
    bad: withAnother({ publishedPort }),
    values: [anotherName, "publishedPort", publishedPort],
  })),
  ...[80, 70_000, 8000.5].map((port) => ({
    name: `the port ${port} in the container`,
    bad: withAnother({ port }),
    values: [anotherName, "port", port],
  })),
  ...[0, 64, 200.5, 1_000_000].map((memory) => ({
    name: `${memory} MiB`,
    bad: withAnother({ memory }),
    values: [anotherName, "memory", memory],
  })),
  ...[-1, 0.5].map((moreConnections) => ({
    name: `${moreConnections} more connections`,
    bad: withAnother({ moreConnections }),
    values: [anotherName, "moreConnections", moreConnections],
  })),
  ...["/healthz/", "/healthz/live/", "/proxy-errors/", "/direct-app/", "/direct-app/more/", "/routed-app/more/"].map(
    (route) => ({
      name: `the route ${route}`,
      bad: {
        "direct-app": { ...inner, route: null, replicas: 1 },
        "routed-app": {
          ...inner,
          image: "routed-image",
          title: "Routed",
          route: "/routed-app/" as const,
          publishedPort: inner.publishedPort + 1,
        },
        [anotherName]: { ...another, route: route as "/x/" },
      },
      values: [anotherName, "route", route],
    }),
  ),
  ...["/a//b/", "/a_b/", "/a.b/", "/a b/", "/ä/", "/-a/", "/a", "a/", `/${"a".repeat(80)}/`].map((route) => ({
    name: `the route ${route}`,
    bad: withAnother({ route: route as "/x/" }),
    values: [anotherName, "route", route],
  })),
  {
    name: "a route around another one",
    bad: { [anotherName]: { ...another, route: "/outer/" }, "inner-app": { ...inner, route: "/outer/inner/" } },
    values: ["inner-app", "/outer/inner/", "/outer/", anotherName],
  },
  {
    name: "a route around another one, in any order",
    bad: { "inner-app": { ...inner, route: "/outer/inner/" }, [anotherName]: { ...another, route: "/outer/" } },
    values: ["inner-app", "/outer/inner/", "/outer/", anotherName],
  },
  ...[
    ...words("reverse-proxy ready postgres postgres-setup secrets prometheus grafana tests stripe-fake stripe-mock"),
    ...words("edge monitoring default public template1 all check integration base rate unavailable"),
    ...words("x-prepare x-db x-stripe x-secrets file-x name-x 1app -app app- a--b app.x ../x ä"),
    "",
    "a".repeat(70),
    "a".repeat(43),
  ].map((name) => ({ name: `the name ${name}`, bad: withAnother({}, name), values: [name, "name"] })),
  ...[
    "Sixth",
    "../postgres",
    "postgres",
    "reverse-proxy",
    "appkit",
    "monitoring",
    "wmd-release",
    "a/b",
    "",
    "a b",
    "-a",
    "a:1",
  ].map((image) => ({
    name: `the image ${image}`,
    bad: withAnother({ image }),
    values: [anotherName, "image", JSON.stringify(image)],
  })),
  ...[
    "DATABASE_URL",
    "DATABASE_PASSWORD",
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "STRIPE_API_BASE",
    "ENVIRONMENT",
    "PORT",
    "METRICS_PORT",
  ].map((setting) => ({
    name: `${setting} as a setting of the tests`,
    bad: withAnother({ testSettings: { [setting]: "x" } }),
    values: [anotherName, "testSettings", setting],
  })),
  {
    name: "a setting in lower case",
    bad: withAnother({ testSettings: { limit: "1" } }),
    values: [anotherName, "limit"],
  },
  {
    name: "a setting with a variable",
    bad: withAnother({ testSettings: { LIMIT: "$X" } }),
    values: [anotherName, "LIMIT", "$X"],
  },
  {
    name: "a title of another application",
    bad: withAnother({ title: neighbor.title }),
    values: [anotherName, "title", neighborName],
  },
  { name: "no title", bad: withAnother({ title: "" }), values: [anotherName, "title"] },
  { name: "a title of two lines", bad: withAnother({ title: "a\nb" }), values: [anotherName, "title"] },
  { name: "a summary of a page", bad: withAnother({ summary: "a".repeat(300) }), values: [anotherName, "summary"] },
  {
    name: "a secret path that is an expression",
    bad: withAnother({ secretPaths: ["/(a+)+/*"] }),
    values: [anotherName, "/(a+)+/*"],
  },
  {
    name: "a data path with a query",
    bad: withAnother({ dataPath: "/a?b" }),
    values: [anotherName, "dataPath", "/a?b"],
  },
  {
    name: "no target of tests",
    bad: withAnother({ tests: [] as unknown as AppSpec["tests"] }),
    values: [anotherName, "tests"],
  },
  { name: "a target twice", bad: withAnother({ tests: ["test", "test"] }), values: [anotherName, "tests"] },
  { name: "a target in upper case", bad: withAnother({ tests: ["Test"] }), values: [anotherName, '"Test"'] },
  {
    name: "a shop that is not behind the proxy",
    bad: withAnother({ route: null, replicas: 1, payments: true }),
    values: [anotherName, "route"],
  },
  {
    name: "a long name of a shop",
    bad: withAnother({ payments: true }, "a".repeat(26)),
    values: ["a".repeat(26), 25],
  },
  { name: "an empty catalog", bad: {}, values: ["no application"] },
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

test("correct catalogs keep the rules: of any size, and with other values", () => {
  for (const count of [1, 6, 50]) expect(catalogFindings(catalogOf(count))).toEqual([]);
  for (const changes of [
    { threads: 8, replicas: 1 },
    { replicas: 4 },
    { title: "Another title" },
    { route: "/django-react-2/" as const },
    { publishedPort: 9099 },
    { port: 8080 },
    { testSettings: { MESSAGES_PER_HOUR: "10" } },
    { route: null, replicas: 1 },
  ])
    expect([changes, catalogFindings(withAnother(changes))]).toEqual([changes, []]);
  expect(catalogFindings(withAnother({}, "a".repeat(42)))).toEqual([]);
});

describe("the folder of an application", () => {
  const dockerfile = "FROM python:3.13-alpine AS base\nFROM base AS test\nEXPOSE 8000\n";
  test.each([
    { name: "that exists, with its targets", file: dockerfile, values: undefined },
    { name: "that does not exist", file: undefined, values: [anotherName, another.image, "Dockerfile"] },
    {
      name: "without the target",
      file: dockerfile.replace("AS test", "AS tests"),
      values: [anotherName, '"test"', "tests"],
    },
    { name: "with another port", file: dockerfile.replace("8000", "8001"), values: [anotherName, "8000", "8001"] },
    { name: "without a port", file: dockerfile.replace("EXPOSE 8000", ""), values: [anotherName, "8000"] },
  ])("$name", ({ file, values }) => {
    const findings = fileFindings({ [anotherName]: another }, () => file);
    expect(findings).toHaveLength(values === undefined ? 0 : 1);
    for (const value of values ?? []) expect(findings[0]).toContain(value);
  });
  test("of each present application has what its tests need", () =>
    expect(fileFindings(catalog, (path) => readFileSync(path, "utf8"))).toEqual([]));
});

test("each Dockerfile below apps/ is that of an application of the catalog: a removed one leaves no folder", () => {
  const images: readonly string[] = [...Object.values(catalog).map(({ image }) => image), ...ownFolders];
  const folders = readdirSync("apps").filter((folder) => existsSync(`apps/${folder}/Dockerfile`));
  expect(folders.filter((folder) => !images.includes(folder)).map((folder) => `apps/${folder}`)).toEqual([]);
});

test("that an engine needs more address pools is a notice, and names both numbers", () => {
  expect(networkNotice(catalogOf(14))).toBeUndefined();
  const notice = networkNotice(catalogOf(50));
  for (const value of [103, 31, "default-address-pools"]) expect(notice).toContain(String(value));
});

test("every finding is shown at once", () => {
  const { publishedPort, image } = neighbor;
  expect(catalogFindings(withAnother({ publishedPort, image }))).toHaveLength(2);
});

describe("connections to Postgres during a roll, when old and new replicas run side by side", () => {
  const perReplica = ({ threads, moreConnections = 0 }: AppSpec): number => threads + moreConnections;
  /** Postgres keeps twenty for its administrator and for the one-shots. */
  const available = databaseConnections - 20;
  const alone = (changes: Partial<AppSpec>): Catalog => ({ [anotherName]: { ...another, ...changes } });
  const most = (connections: number) => Math.floor(available / 2 / connections);

  test.each([
    { name: "six threads a replica", changes: { threads: 6, replicas: most(6) } },
    { name: "one more connection a replica", changes: { threads: 6, moreConnections: 1, replicas: most(7) } },
  ])("$name: one replica more than fit is a finding", ({ changes }) => {
    expect(catalogFindings(alone(changes))).toEqual([]);
    const replicas = changes.replicas + 1;
    const needed = 2 * replicas * perReplica({ ...another, ...changes });
    const findings = catalogFindings(alone({ ...changes, replicas }));
    expect(findings).toHaveLength(1);
    for (const value of [needed, available]) expect(findings[0]).toContain(String(value));
  });
});
