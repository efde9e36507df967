/** The stack of a laptop, and the stack of the integration tests: the same services, one reached from outside. */
import { type AppSpec, type Catalog, routed } from "../../apps/catalog.ts";
import { images } from "../../contract/base-images.ts";
import { adminPassword, monitoringServices, testedPrometheus } from "./monitoring.ts";
import {
  databaseCommand,
  databaseNetwork,
  frontNetwork,
  hardened,
  imageReference,
  monitoringNetwork,
  paymentSettings,
  published,
  settings,
  users,
} from "./services.ts";
import { fakeStripeSettings, stripeAccounts, stripeNetwork, stripeNetworks, stripeServices } from "./stripe.ts";

export type Flavour = "live" | "test";

type Apps = readonly (readonly [string, AppSpec])[];

const secretsFolder = "/run/secrets";

/**
 * In the test stack compose ends everything as soon as any container exits, with that one's code:
 * so nothing but `tests` may exit there. A one-shot then leaves a mark that it is done and sleeps on.
 */
const oneShot = (flavour: Flavour, command: readonly [string, ...string[]], ...more: readonly string[]) =>
  flavour === "live"
    ? { command, restart: "no" }
    : {
        command: ["sh", "-c", [command.join(" "), ...more, "touch /tmp/done", "exec sleep infinity"].join(" && ")],
        healthcheck: {
          test: ["CMD", "test", "-f", "/tmp/done"],
          // Asked often until it is done, and then hardly ever: each question costs a process.
          interval: "10m",
          start_interval: "300ms",
          start_period: "10m",
        },
        init: true,
      };

const finished = (flavour: Flavour) => ({
  condition: flavour === "live" ? ("service_completed_successfully" as const) : ("service_healthy" as const),
});
const healthy = { condition: "service_healthy" } as const;
const restart = (flavour: Flavour) => (flavour === "live" ? { restart: "unless-stopped" } : {});

const common = { ...hardened, security_opt: ["no-new-privileges:true"], tmpfs: ["/tmp"] } as const;

/** Of the mounted files: one that was replaced is not seen by a running container, and its hash makes it a new one. */
export interface ConfigHashes {
  readonly proxy: string;
  readonly prometheus: string;
}

export function composeFile(catalog: Catalog, flavour: Flavour, hashes: ConfigHashes): object {
  const apps = Object.entries(catalog);
  const monitoring = { common, configHash: hashes.prometheus };
  return {
    name: flavour === "live" ? "wmd" : "wmd-test",
    services: {
      ...(flavour === "test" ? { tests: tests(catalog), ...stripeServices(catalog) } : {}),
      "reverse-proxy": proxy(catalog, flavour, hashes.proxy),
      ...Object.fromEntries(apps.map(([name, app]) => [name, application(name, app, flavour)])),
      ...Object.fromEntries(apps.map(([name, app]) => [`${name}-prepare`, prepare(name, app, flavour)])),
      postgres: postgres(apps, flavour),
      "postgres-setup": postgresSetup(apps, flavour),
      secrets: secrets(apps, flavour),
      ...(flavour === "test"
        ? { prometheus: testedPrometheus(monitoring) }
        : monitoringServices(monitoring, { volume: secretsVolume("grafana"), folder: secretsFolder })),
    },
    networks: {
      edge: {},
      postgres: { internal: true },
      [monitoringNetwork]: { internal: true },
      ...Object.fromEntries(
        apps.flatMap(([name]) => [
          [frontNetwork(name), {}],
          [databaseNetwork(name), { internal: true }],
        ]),
      ),
      ...(flavour === "test" ? stripeNetworks(catalog) : {}),
    },
    volumes: {
      "postgres-data": {},
      ...(flavour === "test" ? { reports: {}, accounts: {} } : { "prometheus-data": {}, "grafana-data": {} }),
      ...Object.fromEntries(Object.keys(secretsOf(apps, flavour)).map((name) => [secretsVolume(name), {}])),
    },
  };
}

/** The secrets of each who has some. */
const secretsOf = (apps: Apps, flavour: Flavour): Readonly<Record<string, readonly string[]>> => ({
  ...Object.fromEntries(apps.map(([name]) => [name, ["database-password", "secret-key"]])),
  postgres: ["database-password"],
  ...(flavour === "live" ? { grafana: [adminPassword] } : {}),
});
const secretsVolume = (name: string): string => `${name}-secrets`;

const proxy = (catalog: Catalog, flavour: Flavour, configHash: string) => ({
  image: images.proxy,
  user: users.proxy,
  ...common,
  ...restart(flavour),
  ...(flavour === "live"
    ? {
        ports: [
          `${published("reverse-proxy", 80)}:80`,
          ...routed(catalog).map(([name, app]) => `${published(name, app.publishedPort)}:${app.publishedPort}`),
        ],
      }
    : {}),
  volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro", "./landing.html:/usr/share/nginx/html/index.html:ro"],
  labels: { "wmd.config": configHash },
  networks: ["edge", ...routed(catalog).map(([name]) => frontNetwork(name))],
  depends_on: routed(catalog).map(([name]) => name),
  healthcheck: {
    test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1/healthz"],
    interval: "10s",
    timeout: "3s",
    start_period: "30s",
    start_interval: "300ms",
  },
});

/** Where the tests run there is no shell: neither an application nor its health check needs one. */
const withoutShell = "/dev/null:/bin/sh:ro";

const application = (name: string, app: AppSpec, flavour: Flavour) => ({
  image: imageReference(name, app),
  build: { context: `./apps/${app.image}`, additional_contexts: { appkit: "./apps/appkit" } },
  ...common,
  ...restart(flavour),
  ...(flavour === "live" && app.route === null ? { ports: [`${published(name, app.publishedPort)}:${app.port}`] } : {}),
  expose: [String(app.port)],
  environment: {
    ...settings(name, app, "demo", secretsFolder),
    ...(flavour === "live" ? paymentSettings(name, app, "demo") : fakeStripeSettings(name, app)),
    ...(flavour === "test" ? app.testSettings : {}),
  },
  volumes: [`${secretsVolume(name)}:${secretsFolder}:ro`, ...(flavour === "test" ? [withoutShell] : [])],
  networks: [
    frontNetwork(name),
    databaseNetwork(name),
    monitoringNetwork,
    ...(flavour === "test" && app.payments ? [stripeNetwork(name)] : []),
  ],
  depends_on: { [`${name}-prepare`]: finished(flavour) },
  ...(app.replicas > 1 ? { deploy: { replicas: app.replicas } } : {}),
});

/** The tests sign in, where somebody can: the password, which is printed once, is left where they find it. */
const withAccount = (app: AppSpec, flavour: Flavour): boolean => flavour === "test" && app.accounts === true;
const accountFor = (name: string): string =>
  `{ test -s /accounts/${name} || python manage.py create-admin tests >/accounts/${name}; }`;

const prepare = (name: string, app: AppSpec, flavour: Flavour) => ({
  image: imageReference(name, app),
  ...common,
  ...oneShot(flavour, ["python", "manage.py", "prepare"], ...(withAccount(app, flavour) ? [accountFor(name)] : [])),
  ...(flavour === "live" ? { healthcheck: { disable: true } } : {}),
  environment: settings(name, app, "demo", secretsFolder),
  volumes: [`${secretsVolume(name)}:${secretsFolder}:ro`, ...(withAccount(app, flavour) ? ["accounts:/accounts"] : [])],
  networks: [databaseNetwork(name)],
  depends_on: { "postgres-setup": finished(flavour) },
});

const postgres = (apps: Apps, flavour: Flavour) => ({
  image: images.database,
  user: users.database,
  ...common,
  ...restart(flavour),
  tmpfs: ["/tmp", "/var/run/postgresql:uid=70,gid=70,mode=3777"],
  shm_size: "128m",
  environment: { POSTGRES_PASSWORD_FILE: `${secretsFolder}/database-password` },
  // The data of a test is gone with it: nothing has to reach the disk.
  command: [...databaseCommand, ...(flavour === "test" ? ["-c", "fsync=off", "-c", "full_page_writes=off"] : [])],
  volumes: ["postgres-data:/var/lib/postgresql/data", `${secretsVolume("postgres")}:${secretsFolder}:ro`],
  networks: ["postgres", ...apps.map(([name]) => databaseNetwork(name))],
  depends_on: { secrets: finished(flavour) },
  healthcheck: {
    // By TCP: while the image sets its data up, it answers on its socket only.
    test: ["CMD", "pg_isready", "--quiet", "--host", "127.0.0.1", "--username", "postgres"],
    interval: "10s",
    timeout: "3s",
    start_period: "60s",
    start_interval: "300ms",
  },
  stop_grace_period: "30s",
});

/** The database's image declares a volume, and a container that has no use for it would leave one behind. */
const withoutVolume = ["/tmp", "/var/lib/postgresql/data"];

const postgresSetup = (apps: Apps, flavour: Flavour) => ({
  image: images.database,
  user: users.database,
  ...common,
  tmpfs: withoutVolume,
  ...oneShot(flavour, ["/setup.sh", ...apps.map(([name]) => name)]),
  entrypoint: [],
  environment: {
    PGHOST: "postgres",
    PGUSER: "postgres",
    PGPASSWORD_FILE: "/secrets/postgres/database-password",
    SECRETS: "/secrets",
  },
  volumes: [
    "./apps/postgres/setup.sh:/setup.sh:ro",
    ...[...apps.map(([name]) => name), "postgres"].map((name) => `${secretsVolume(name)}:/secrets/${name}:ro`),
  ],
  networks: ["postgres"],
  depends_on: { postgres: healthy },
});

/** Root, since a new volume is root's; without a capability, a network or a second run that changes anything. */
const secrets = (apps: Apps, flavour: Flavour) => {
  const owners = Object.entries(secretsOf(apps, flavour));
  const files = owners.flatMap(([owner, names]) => names.map((name) => `/secrets/${owner}/${name}`));
  return {
    image: images.database,
    user: "0:0",
    ...common,
    tmpfs: withoutVolume,
    // Whoever prepares an application may leave a password there.
    ...oneShot(flavour, ["/secrets.sh", ...files], "chmod 1777 /accounts"),
    entrypoint: [],
    volumes: [
      "./apps/postgres/secrets.sh:/secrets.sh:ro",
      ...owners.map(([owner]) => `${secretsVolume(owner)}:/secrets/${owner}`),
      ...(flavour === "test" ? ["accounts:/accounts"] : []),
    ],
    network_mode: "none",
  };
};

/** The one container of the test stack that ends. It reaches what a visitor reaches: the proxy, and who publishes a port. */
const tests = (catalog: Catalog) => {
  const apps = Object.entries(catalog);
  return {
    image: "wmd-tests",
    build: { context: ".", dockerfile: "tests/Dockerfile" },
    ...hardened,
    security_opt: ["no-new-privileges:true"],
    tmpfs: ["/tmp:mode=1777"],
    shm_size: "256m",
    environment: { STRIPE: stripeAccounts(catalog) },
    volumes: ["reports:/reports", "accounts:/accounts:ro"],
    networks: ["edge", ...apps.flatMap(([name, app]) => (app.route === null ? [frontNetwork(name)] : []))],
    depends_on: Object.fromEntries(
      ["reverse-proxy", "prometheus", "stripe-fake", ...apps.map(([name]) => name)].map((name) => [name, healthy]),
    ),
  };
};
