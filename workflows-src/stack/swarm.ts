/** Production: a swarm, of one machine or of several. Every image by digest, every secret given. */
import { type AppSpec, type Catalog, routed, shopsIn } from "../../apps/catalog.ts";
import { inSwarm, stackName, variableName } from "../../contract/names.ts";
import { images } from "../../contract/base-images.ts";
import { secretFile, stripeSettings } from "../../contract/stripe-settings.ts";
import {
  databaseCommand,
  databaseNetwork,
  frontNetwork,
  hardened,
  monitoringNetwork,
  paymentSettings,
  published,
  settings,
  users,
} from "./services.ts";

const secretsFolder = "/run/secrets";

/** Secrets that the swarm keeps: each application's, and the database's. Named here once; `deploy` makes what is missing. */
export const stackSecrets = (catalog: Catalog): readonly string[] => [
  ...Object.keys(catalog).flatMap((name) => [`${name}-database-password`, `${name}-secret-key`]),
  "postgres-database-password",
];

const scratch = [{ type: "tmpfs", target: "/tmp" }] as const;

/** Kernels without IPVS have no virtual addresses: names resolve to the tasks themselves. */
const byName = { endpoint_mode: "dnsrr" } as const;

/** A new task must be healthy before an old one goes; a failed update is put back by swarm itself. */
const rollout = (order: "start-first" | "stop-first") => ({
  update_config: { order, parallelism: 1, failure_action: "rollback", monitor: "5s" },
  rollback_config: { order, parallelism: 1, failure_action: "pause", monitor: "5s" },
  restart_policy: { condition: "any", delay: "1s" },
});

const onHostPort = (target: number, onHost: string) => ({ target, published: onHost, protocol: "tcp", mode: "host" });

/** Runs once a release, beside the others: who depends on it waits until it sees the outcome. */
const job = {
  mode: "replicated-job",
  restart_policy: { condition: "on-failure", delay: "2s", max_attempts: 30 },
} as const;

export function stackFile(
  catalog: Catalog,
  hashes: { readonly nginx: string; readonly landing: string; readonly setup: string },
): object {
  const apps = Object.entries(catalog);
  const config = (file: string, hash: string) => ({ file, name: `${stackName}-${hash}` });
  const own = (name: string) => ({ name: inSwarm(name) });
  const networks = [
    ["edge", {}],
    ["postgres", { internal: true }],
    // Whoever runs a Prometheus on the swarm attaches it.
    [monitoringNetwork, { internal: true, attachable: true }],
    ...apps.flatMap(([name]) => [
      [frontNetwork(name), {}] as const,
      [databaseNetwork(name), { internal: true }] as const,
    ]),
  ] as const;
  return {
    version: "3.9",
    services: {
      "reverse-proxy": proxy(catalog),
      ...Object.fromEntries(apps.map(([name, app]) => [name, application(name, app)])),
      ...Object.fromEntries(apps.map(([name, app]) => [`${name}-prepare`, prepare(name, app)])),
      postgres: postgres(apps.map(([name]) => name)),
      "postgres-setup": postgresSetup(apps.map(([name]) => name)),
    },
    networks: Object.fromEntries(networks.map(([name, options]) => [name, { ...own(name), ...options }])),
    volumes: { "postgres-data": own("postgres-data") },
    configs: {
      nginx: config("./nginx.conf", hashes.nginx),
      landing: config("./landing.html", hashes.landing),
      "postgres-setup": config("./apps/postgres/setup.sh", hashes.setup),
    },
    secrets: {
      ...Object.fromEntries(
        stackSecrets(catalog).map((name) => [name, { external: true, name: `${stackName}-${name}` }]),
      ),
      ...Object.fromEntries(
        shopsIn(catalog).flatMap((name) =>
          stripeSettings.map((setting) => [
            `${name}-${secretFile(setting)}`,
            { external: true, name: `\${${variableName(`${setting}_NAME`, name)}:?the deploy stage sets it}` },
          ]),
        ),
      ),
    },
  };
}

const proxy = (catalog: Catalog) => ({
  image: images.proxy,
  user: users.proxy,
  ...hardened,
  ports: [
    onHostPort(80, published("reverse-proxy", 80)),
    ...routed(catalog).map(([name, app]) => onHostPort(app.publishedPort, published(name, app.publishedPort))),
  ],
  volumes: scratch,
  configs: [
    { source: "nginx", target: "/etc/nginx/nginx.conf" },
    { source: "landing", target: "/usr/share/nginx/html/index.html" },
  ],
  networks: ["edge", ...routed(catalog).map(([name]) => frontNetwork(name))],
  healthcheck: {
    test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/healthz"],
    interval: "5s",
    timeout: "3s",
    start_period: "30s",
  },
  // A port of the host is held by one task: the new proxy can only follow the old one.
  deploy: { ...byName, ...rollout("stop-first") },
});

/** Exactly this image: a stage sets it, and there is no other way to run the stack. */
const image = (name: string): string => `\${${variableName("IMAGE", name)}:?the deploy stage sets it}`;

const given = (name: string, ...secrets: readonly string[]) =>
  ["database-password", "secret-key", ...secrets].map((secret) => ({
    source: `${name}-${secret}`,
    target: secret,
    mode: 0o444,
  }));

const application = (name: string, app: AppSpec) => ({
  image: image(name),
  ...hardened,
  ...(app.route === null ? { ports: [onHostPort(app.port, published(name, app.publishedPort))] } : {}),
  environment: { ...settings(name, app, "production", secretsFolder), ...paymentSettings(name, app, "production") },
  volumes: scratch,
  secrets: given(name, ...(app.payments ? stripeSettings.map(secretFile) : [])),
  networks: [frontNetwork(name), databaseNetwork(name), monitoringNetwork],
  stop_grace_period: "20s",
  deploy: { ...byName, replicas: app.replicas, ...rollout(app.route === null ? "stop-first" : "start-first") },
});

const prepare = (name: string, app: AppSpec) => ({
  image: image(name),
  ...hardened,
  command: ["python", "manage.py", "prepare"],
  environment: settings(name, app, "production", secretsFolder),
  volumes: scratch,
  secrets: given(name),
  networks: [databaseNetwork(name)],
  healthcheck: { disable: true },
  deploy: { ...byName, ...job },
});

const postgres = (apps: readonly string[]) => ({
  image: images.database,
  user: users.database,
  ...hardened,
  command: databaseCommand,
  environment: { POSTGRES_PASSWORD_FILE: `${secretsFolder}/database-password` },
  volumes: [
    "postgres-data:/var/lib/postgresql/data",
    ...scratch,
    { type: "tmpfs", target: "/var/run/postgresql", tmpfs: { mode: 0o3777 } },
    { type: "tmpfs", target: "/dev/shm", tmpfs: { size: 134217728 } },
  ],
  secrets: [{ source: "postgres-database-password", target: "database-password", mode: 0o444 }],
  networks: ["postgres", ...apps.map(databaseNetwork)],
  healthcheck: {
    test: ["CMD", "pg_isready", "--quiet", "--host", "127.0.0.1", "--username", "postgres"],
    interval: "5s",
    timeout: "3s",
    start_period: "60s",
  },
  stop_grace_period: "30s",
  // Two servers on the same data would destroy it.
  deploy: { ...byName, replicas: 1, ...rollout("stop-first"), placement: { constraints: ["node.role == manager"] } },
});

const postgresSetup = (apps: readonly string[]) => ({
  image: images.database,
  user: users.database,
  ...hardened,
  entrypoint: ["/setup.sh", ...apps],
  environment: {
    PGHOST: "postgres",
    PGUSER: "postgres",
    PGPASSWORD_FILE: "/secrets/postgres/database-password",
    SECRETS: "/secrets",
  },
  volumes: scratch,
  configs: [{ source: "postgres-setup", target: "/setup.sh", mode: 0o555 }],
  secrets: [...apps, "postgres"].map((name) => ({
    source: `${name}-database-password`,
    target: `/secrets/${name}/database-password`,
    mode: 0o444,
  })),
  networks: ["postgres"],
  deploy: { ...byName, ...job },
});
