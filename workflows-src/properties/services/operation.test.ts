/** Mistakes about how a service starts, stops and is updated are found by the rules: rollout, program, health, limits, files. */
import { expect, test } from "vitest";
import { type Defect, app, at, brokenBy, routed, ruleCalled } from "../../testing/service-defects.ts";
import { health, order } from "./health.ts";
import { limits } from "./limits.ts";
import { program } from "./program.ts";
import { rollout } from "./rollout.ts";

/** Mistakes that were made, or are easily made, and the rule that has to find each. */
const defects: readonly Defect[] = [
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
    to: "max_connections=2",
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

test.each(defects)("$why is found by its rule", (defect) => {
  expect(brokenBy(defect)).toContain(defect.rule.name);
});
