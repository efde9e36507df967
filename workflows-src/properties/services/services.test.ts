/** The committed compose files and the stack file keep every rule, and every change of one of their values breaks one. */
import { describe, expect, test } from "vitest";
import { type Catalog, appNames, catalog, shopsIn } from "../../../apps/catalog.ts";
import { committedFiles } from "../../testing/compiled-files.ts";
import { type Path, changed, leavesOf, valueAt } from "../../testing/leaves.ts";
import { type Finding, type Rule, findingsOf, textOf } from "../core/rule.ts";
import { environment } from "./environment.ts";
import { type ServiceFile, fileRules, readServiceFile, servicesOf } from "./file.ts";
import { hardening } from "./hardening.ts";
import { health, order } from "./health.ts";
import { limits } from "./limits.ts";
import { mounts } from "./mounts.ts";
import { networks } from "./networks.ts";
import { ports } from "./ports.ts";
import { program } from "./program.ts";
import { rollout } from "./rollout.ts";
import { findingsIn as findingsAt, paths, places, serviceRules } from "./rules.ts";
import { secrets } from "./secrets.ts";
import type { Keys, Place } from "./service.ts";

const committed = Object.fromEntries(
  places.map((place) => [place, readServiceFile(textOf(committedFiles, paths[place]), place, catalog)]),
) as Readonly<Record<Place, ServiceFile>>;

test("the committed files keep every rule", () =>
  expect(places.flatMap((place) => findingsAt(place, committedFiles, catalog))).toEqual([]));

const findingsIn = (file: ServiceFile): readonly Finding[] => [
  ...findingsOf(fileRules, file),
  ...findingsOf(serviceRules, servicesOf(file)),
];

const changedFile = (file: ServiceFile, path: Path, to: unknown): ServiceFile => ({
  ...file,
  content: changed(file.content, path, to),
});

/** One application of each kind, and every other service. */
const kinds = new Map(
  Object.entries(catalog as Catalog).map(([name, { route, payments }]) => [`${route === null} ${payments}`, name]),
);
const isSample = (name: string): boolean =>
  !appNames.some((app) => name === app || name === `${app}-prepare`) ||
  [...kinds.values()].some((app) => name === app || name === `${app}-prepare`);
/** The rule about changed files compares the hashes, and a test of the proxy the number of its files. */
const comparedElsewhere = new Set(["labels"]);

describe.each(places)("%s", (place) => {
  const file = committed[place];
  const samples = Object.entries(file.content.services).filter(([name]) => isSample(name));

  test.each(samples)("%s: each value that is removed or replaced is a finding", (name, keys) => {
    const alone = { ...file, content: { ...file.content, services: { [name]: keys } } };
    const judged = (path: Path, to: unknown): readonly Finding[] =>
      findingsOf(serviceRules, servicesOf(changedFile(alone, ["services", name, ...path], to)));
    const unnoticed = leavesOf(keys)
      .filter(([key]) => !comparedElsewhere.has(String(key)))
      .flatMap((path) =>
        [undefined, "another"].filter((to) => judged(path, to).length === 0).map((to) => `${path.join(".")} = ${to}`),
      );
    expect(unnoticed).toEqual([]);
    expect(judged(["devices"], ["/dev/kmsg"]).length).toBeGreaterThan(0);
  });

  test("each network, volume and secret that is removed, shared or opened is a finding", () => {
    for (const part of ["networks", "volumes", "secrets"])
      for (const [name, options] of Object.entries((file.content[part] ?? {}) as Keys))
        for (const to of [
          undefined,
          { ...(options as Keys), external: false },
          { ...(options as Keys), driver: "host" },
        ])
          expect([part, name, findingsOf(fileRules, changedFile(file, [part, name], to)).length]).not.toEqual([
            part,
            name,
            0,
          ]);
  });
});

const [app, other] = appNames as readonly [string, string, ...string[]];
const [shop] = shopsIn(catalog) as readonly [string];
const routed = appNames.find((name) => catalog[name].route !== null)!;
const at = (...path: Path): Path => ["services", ...path];
const adding = (why: string, place: Place, path: Path, value: unknown, rule: { readonly name: string }): Defect => ({
  why,
  place,
  path,
  to: [...(valueAt(committed[place].content, path) as readonly unknown[]), value],
  rule,
});

interface Defect {
  readonly why: string;
  readonly place: Place;
  readonly path: Path;
  readonly to: unknown;
  readonly rule: { readonly name: string };
}
const ruleCalled = (part: string): Rule<ServiceFile> => fileRules.find(({ name }) => name.includes(part))!;

/** Mistakes that were made, or are easily made, and the rule that has to find each. */
const defects: readonly Defect[] = [
  adding("an application in the network of another", "production", at(app, "networks"), other, networks),
  adding("an application in the administrator's network", "laptop", at(app, "networks"), "postgres", networks),
  adding("an application in the proxy's edge", "tests", at(app, "networks"), "edge", networks),
  { why: "the host's network", place: "laptop", path: at(app, "network_mode"), to: "host", rule: networks },
  {
    why: "the database's network leads outside",
    place: "production",
    path: ["networks", `${app}-db`, "internal"],
    to: undefined,
    rule: ruleCalled("networks"),
  },
  adding(
    "the administrator's password for an application",
    "production",
    at(app, "secrets"),
    { source: "postgres-database-password", target: "admin", mode: 0o444 },
    secrets,
  ),
  {
    why: "the session key is the database password",
    place: "production",
    path: at(app, "secrets", 1, "source"),
    to: `${app}-database-password`,
    rule: secrets,
  },
  {
    why: "the session key is the file of the password",
    place: "laptop",
    path: at(app, "environment", "SECRET_KEY_FILE"),
    to: "/run/secrets/database-password",
    rule: environment,
  },
  {
    why: "one database for all",
    place: "production",
    path: at(app, "environment", "DATABASE_URL"),
    to: "postgres://postgres@postgres:5432/postgres",
    rule: environment,
  },
  adding("the secrets of another application", "laptop", at(app, "volumes"), `${other}-secrets:/other:ro`, mounts),
  {
    why: "demo settings in production",
    place: "production",
    path: at(app, "environment", "ENVIRONMENT"),
    to: "demo",
    rule: environment,
  },
  {
    why: "production's settings in the tests",
    place: "tests",
    path: at(app, "environment", "ENVIRONMENT"),
    to: "production",
    rule: environment,
  },
  {
    why: "another application's settings in debug mode",
    place: "production",
    path: at(app, "environment", "DEBUG"),
    to: "1",
    rule: environment,
  },
  {
    why: "the test shops call the real Stripe",
    place: "tests",
    path: at(shop, "environment", "STRIPE_API_BASE"),
    to: undefined,
    rule: environment,
  },
  {
    why: "a live key in the tests",
    place: "tests",
    path: at(shop, "environment", "STRIPE_SECRET_KEY"),
    to: "sk_live_1",
    rule: environment,
  },
  {
    why: "Postgres trusts everybody",
    place: "production",
    path: at("postgres", "environment", "POSTGRES_HOST_AUTH_METHOD"),
    to: "trust",
    rule: environment,
  },
  {
    why: "Grafana open to anybody",
    place: "laptop",
    path: at("grafana", "environment", "GF_AUTH_ANONYMOUS_ENABLED"),
    to: "true",
    rule: environment,
  },
  { why: "Grafana on every interface", place: "laptop", path: at("grafana", "ports"), to: ["3000:3000"], rule: ports },
  adding("the metrics published", "laptop", at("reverse-proxy", "ports"), "9100:9100", ports),
  { why: "the database published", place: "laptop", path: at("postgres", "ports"), to: ["5432:5432"], rule: ports },
  { why: "the proxy as root", place: "laptop", path: at("reverse-proxy", "user"), to: "0:0", rule: hardening },
  { why: "a capability", place: "production", path: at("reverse-proxy", "cap_drop"), to: [], rule: hardening },
  adding(
    "the socket of the engine",
    "laptop",
    at("reverse-proxy", "volumes"),
    "/var/run/docker.sock:/var/run/docker.sock",
    ruleCalled("socket"),
  ),
  adding("the socket of the engine, by its folder", "laptop", at("reverse-proxy", "volumes"), "/run:/run", mounts),
  { why: "data in no volume", place: "production", path: at("postgres", "volumes", 0), to: undefined, rule: mounts },
  {
    why: "the database on any node",
    place: "production",
    path: at("postgres", "deploy", "placement"),
    to: undefined,
    rule: rollout,
  },
  {
    why: "two databases on one volume",
    place: "production",
    path: at("postgres", "deploy", "replicas"),
    to: 2,
    rule: rollout,
  },
  {
    why: "the new database before the old one stopped",
    place: "production",
    path: at("postgres", "deploy", "update_config", "order"),
    to: "start-first",
    rule: rollout,
  },
  {
    why: "all replicas at once",
    place: "production",
    path: at(routed, "deploy", "update_config", "parallelism"),
    to: 0,
    rule: rollout,
  },
  {
    why: "no watch after an update",
    place: "production",
    path: at(routed, "deploy", "update_config", "monitor"),
    to: "0s",
    rule: rollout,
  },
  {
    why: "a failed update stays",
    place: "production",
    path: at(routed, "deploy", "update_config", "failure_action"),
    to: "continue",
    rule: rollout,
  },
  { why: "no time to finish", place: "production", path: at(routed, "stop_grace_period"), to: "0s", rule: rollout },
  { why: "a replica that never comes back", place: "laptop", path: at(app, "restart"), to: "no", rule: rollout },
  {
    why: "the data not kept in a power failure",
    place: "production",
    path: at("postgres", "command"),
    to: ["postgres", "-c", "max_connections=200", "-c", "fsync=off"],
    rule: program,
  },
  {
    why: "fewer connections than replicas hold",
    place: "production",
    path: at("postgres", "command", 2),
    to: "max_connections=20",
    rule: program,
  },
  {
    why: "a health check that is always true",
    place: "laptop",
    path: at("postgres", "healthcheck", "test"),
    to: ["CMD", "true"],
    rule: health,
  },
  {
    why: "no health check for an application",
    place: "production",
    path: at(app, "healthcheck"),
    to: { disable: true },
    rule: health,
  },
  {
    why: "a health check that is not read",
    place: "tests",
    path: at("reverse-proxy", "healthcheck"),
    to: undefined,
    rule: health,
  },
  { why: "an application before its tables", place: "laptop", path: at(app, "depends_on"), to: undefined, rule: order },
  {
    why: "an application by a tag",
    place: "production",
    path: at(app, "image"),
    to: `account/${app}:latest`,
    rule: program,
  },
  {
    why: "a script whose failure is swallowed",
    place: "tests",
    path: at("postgres-setup", "command", 2),
    to: "/setup.sh || true && touch /tmp/done && exec sleep infinity",
    rule: program,
  },
  { why: "no limit of memory", place: "production", path: at(app, "deploy", "resources"), to: undefined, rule: limits },
  { why: "a log without an end", place: "laptop", path: at(app, "logging"), to: undefined, rule: limits },
  {
    why: "one volume for two stacks",
    place: "production",
    path: ["volumes", "postgres-data", "name"],
    to: "wmd_postgres-data",
    rule: ruleCalled("volumes"),
  },
  {
    why: "one secret of the swarm under two names",
    place: "production",
    path: ["secrets", `${app}-secret-key`, "name"],
    to: `wmd-${app}-database-password`,
    rule: ruleCalled("swarm keeps"),
  },
  {
    why: "a service that nobody expects",
    place: "laptop",
    path: at("adminer"),
    to: { image: "adminer:5" },
    rule: ruleCalled("there is each service"),
  },
  {
    why: "a variable without a default",
    place: "laptop",
    path: at(app, "image"),
    to: "$IMAGE",
    rule: ruleCalled("variable"),
  },
  {
    why: "another name of the stack",
    place: "tests",
    path: ["name"],
    to: "wmd",
    rule: ruleCalled("the file has a name"),
  },
];

test.each(defects)("$why is found by its rule", ({ place, path, to, rule }) => {
  const found = findingsIn(changedFile(committed[place], path, to));
  expect(found.map(({ rule: name }) => name)).toContain(rule.name);
});

test("each rule says why it holds", () => {
  for (const { name, reason } of [...fileRules, ...serviceRules])
    expect([name, reason.length > 40]).toEqual([name, true]);
});
