/** Mistakes about what a service may reach, read or show are found by the rules: networks, secrets, settings, ports, mounts. */
import { expect, test } from "vitest";
import { type Defect, adding, app, at, brokenBy, other, ruleCalled, shop } from "../../testing/service-defects.ts";
import { environment } from "./environment.ts";
import { hardening } from "./hardening.ts";
import { mounts } from "./mounts.ts";
import { networks } from "./networks.ts";
import { ports } from "./ports.ts";
import { secrets } from "./secrets.ts";

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
];

test.each(defects)("$why is found by its rule", (defect) => {
  expect(brokenBy(defect)).toContain(defect.rule.name);
});
