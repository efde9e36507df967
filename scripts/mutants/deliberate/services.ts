/** Mistakes in a compose file or in the stack file. */
import { appNames, shopsIn, catalog } from "../../../apps/catalog.ts";
import { paths } from "../../../workflows-src/properties/services/rules.ts";
import type { Place } from "../../../workflows-src/properties/services/service.ts";
import { environment } from "../../../workflows-src/properties/services/environment.ts";
import { fileRules } from "../../../workflows-src/properties/services/file.ts";
import { hardening } from "../../../workflows-src/properties/services/hardening.ts";
import { health, order } from "../../../workflows-src/properties/services/health.ts";
import { limits } from "../../../workflows-src/properties/services/limits.ts";
import { metricsAreRead } from "../../../workflows-src/properties/services/monitoring.ts";
import { mounts } from "../../../workflows-src/properties/services/mounts.ts";
import { networks } from "../../../workflows-src/properties/services/networks.ts";
import { ports } from "../../../workflows-src/properties/services/ports.ts";
import { program } from "../../../workflows-src/properties/services/program.ts";
import { rollout } from "../../../workflows-src/properties/services/rollout.ts";
import { secrets } from "../../../workflows-src/properties/services/secrets.ts";
import { type Deliberate, added, dropped, replaced, set } from "./deliberate.ts";

/** A catalog may have one application, and no shop. */
const [app, other] = appNames as readonly [string, ...string[]];
const [shop] = shopsIn(catalog);
const of = (name: string, ...path: readonly (string | number)[]) => ["services", name, ...path];
const deployed = (...path: readonly (string | number)[]) => of(app, "deploy", ...path);
type Named = { readonly name: string };

const inFile =
  (place: Place) =>
  (name: string, change: Deliberate["change"], rule: Named): Deliberate => ({
    name,
    file: paths[place],
    change,
    rule: rule.name,
  });
const laptop = inFile("laptop");
const tests = inFile("tests");
const production = inFile("production");
/** The rule of the whole file whose name contains this. */
const ruleOn = (part: string): Named => fileRules.find(({ name }) => name.includes(part))!;

const betweenApplications: readonly Deliberate[] =
  other === undefined
    ? []
    : [
        production(
          "an application has the password of another",
          set(of(app, "secrets", 0, "source"), `${other}-database-password`),
          secrets,
        ),
        production("an application is in the network of another", added(of(app, "networks"), other), networks),
        production(
          "one database for all",
          set(of(other, "environment", "DATABASE_URL"), `postgres://${other}@postgres:5432/${app}`),
          environment,
        ),
      ];

const inShops: readonly Deliberate[] =
  shop === undefined
    ? []
    : [tests("the test shops call the real Stripe", dropped(of(shop, "environment", "STRIPE_API_BASE")), environment)];

export const inServices: readonly Deliberate[] = [
  ...betweenApplications,
  ...inShops,
  production(
    "an application has the administrator's password",
    added(of(app, "secrets"), { source: "postgres-database-password", target: "admin", mode: 0o444 }),
    secrets,
  ),
  production(
    "the session key is the database password",
    set(of(app, "secrets", 1, "source"), `${app}-database-password`),
    secrets,
  ),
  production("an application has no session key", dropped(of(app, "secrets", 1)), secrets),
  laptop("an application is in the administrator's network", added(of(app, "networks"), "postgres"), networks),
  tests("an application is in the proxy's edge", added(of(app, "networks"), "edge"), networks),
  laptop("an application is on the host's network", set(of(app, "network_mode"), "host"), networks),
  production(
    "the database's network leads outside",
    dropped(["networks", `${app}-db`, "internal"]),
    ruleOn("networks"),
  ),
  production("demo settings in production", set(of(app, "environment", "ENVIRONMENT"), "demo"), environment),
  laptop("production settings on a laptop", set(of(app, "environment", "ENVIRONMENT"), "production"), environment),
  production("debug mode", set(of(app, "environment", "DEBUG"), "1"), environment),
  laptop(
    "Grafana is open to anybody",
    set(of("grafana", "environment", "GF_AUTH_ANONYMOUS_ENABLED"), "true"),
    environment,
  ),
  production(
    "the proxy has the engine's socket",
    added(of("reverse-proxy", "volumes"), "/var/run/docker.sock:/var/run/docker.sock:ro"),
    mounts,
  ),
  laptop(
    "an application has the engine's socket",
    added(of(app, "volumes"), "/var/run/docker.sock:/var/run/docker.sock"),
    mounts,
  ),
  production("Postgres' data is in no volume", dropped(of("postgres", "volumes", 0)), mounts),
  production(
    "Postgres' data is on the host",
    set(of("postgres", "volumes", 0), "/srv/data:/var/lib/postgresql/data"),
    mounts,
  ),
  laptop(
    "the secrets can be written",
    replaced(`${app}-secrets:/run/secrets:ro`, `${app}-secrets:/run/secrets`),
    mounts,
  ),
  production(
    "the volume has a name of another stack",
    set(["volumes", "postgres-data", "name"], "postgres-data"),
    ruleOn("volumes of this stack"),
  ),
  production("Postgres is on any node", dropped(of("postgres", "deploy", "placement")), rollout),
  production("Postgres runs twice", set(of("postgres", "deploy", "replicas"), 2), rollout),
  production("all replicas are replaced at once", set(deployed("update_config", "parallelism"), 0), rollout),
  production("an update is not watched", set(deployed("update_config", "monitor"), "0s"), rollout),
  production("a failed update goes on", set(deployed("update_config", "failure_action"), "continue"), rollout),
  production("no rollback policy", dropped(deployed("rollback_config")), rollout),
  production("a replica that ends stays away", set(deployed("restart_policy", "condition"), "none"), rollout),
  production("no grace on stop", set(of("postgres", "stop_grace_period"), "0s"), rollout),
  laptop("an application is not restarted", set(of(app, "restart"), "no"), rollout),
  laptop("the proxy runs as root", set(of("reverse-proxy", "user"), "0:0"), hardening),
  production("the root file system can be written", set(of(app, "read_only"), false), hardening),
  production("capabilities are kept", dropped(of(app, "cap_drop")), hardening),
  laptop("privileges can be gained", dropped(of(app, "security_opt")), hardening),
  laptop("a privileged container", set(of(app, "privileged"), true), { name: "a service has no key without a rule" }),
  laptop("a capability more", set(of(app, "cap_add"), ["NET_ADMIN"]), { name: "a service has no key without a rule" }),
  laptop("the processes of the host", set(of(app, "pid"), "host"), { name: "a service has no key without a rule" }),
  production("the proxy's health check is gone", dropped(of("reverse-proxy", "healthcheck")), health),
  production(
    "Postgres' health check is always true",
    set(of("postgres", "healthcheck", "test"), ["CMD", "true"]),
    health,
  ),
  laptop("an application's health check is off", set(of(app, "healthcheck"), { disable: true }), health),
  laptop("an application starts before its database", dropped(of(app, "depends_on")), order),
  production("no memory limit", dropped(deployed("resources")), limits),
  laptop("an application weighs more than the others", set(of(app, "cpu_shares"), 262_144), limits),
  laptop("the proxy has the weight of a replica", set(of("reverse-proxy", "cpu_shares"), 1000), limits),
  production("a log without an end", dropped(of(app, "logging", "options", "max-size")), limits),
  laptop("Postgres is published", added(of("postgres", "ports"), "5432:5432"), ports),
  production(
    "an application publishes its metrics",
    added(of(app, "ports"), { target: 9100, published: 9100, protocol: "tcp", mode: "host" }),
    ports,
  ),
  production("another image", set(of(app, "image"), "nginx:latest"), program),
  production("another command", set(of(`${app}-prepare`, "command"), ["true"]), program),
  production("a service is missing", dropped(of(`${app}-prepare`)), ruleOn("each service")),
  production("a service more", set(["services", "shell"], { image: "busybox" }), ruleOn("each service")),
  production("a variable without a default", set(of(app, "image"), "${IMAGE}"), ruleOn("variable")),
  production(
    "a secret that any stack may fill",
    dropped(["secrets", `${app}-secret-key`, "external"]),
    ruleOn("secrets, each"),
  ),
  {
    name: "Prometheus asks another port",
    file: "prometheus.yml",
    change: replaced("port: 9100", "port: 8000"),
    rule: metricsAreRead.name,
  },
  {
    name: "Prometheus forgets an application",
    file: "prometheus.yml",
    change: replaced(`          - ${app}\n`, ""),
    rule: metricsAreRead.name,
  },
];
