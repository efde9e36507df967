/** What compose and swarm say alike about the services. */
import { type AppSpec, prefixOf } from "../../apps/catalog.ts";
import { stripeSettings } from "../../contract/stripe-settings.ts";
import { variableName } from "../../contract/names.ts";

/** Every container: nothing to write to but /tmp, nothing to gain. */
export const hardened = { read_only: true, cap_drop: ["ALL"] } as const;

export const frontNetwork = (app: string): string => app;
export const databaseNetwork = (app: string): string => `${app}-db`;
/** Of Prometheus and of all whom it asks: it reaches no database, and no visitor reaches it. */
export const monitoringNetwork = "monitoring";
/** On which every application tells Prometheus; never published. */
export const metricsPort = 9100;

/** The users of other images that run without root: numbers from those images. */
export const users = { proxy: "101:101", database: "70:70", prometheus: "65534:65534", grafana: "472:0" } as const;

/** What Postgres is started with; the catalog is checked against it. */
export const databaseConnections = 200;
export const databaseCommand: readonly [string, ...string[]] = [
  "postgres",
  "-c",
  `max_connections=${databaseConnections}`,
];

/** What a service runs when the whole is started by hand: the account's newest; a stage says exactly which. */
export const imageReference = (name: string, { image }: AppSpec): string =>
  `\${${variableName("IMAGE", name)}:-\${DOCKER_USERNAME:?set it to the Docker Hub account that owns the images}/${image}:latest}`;

/** A port on the host, which a stage may move. */
export const published = (name: string, port: number): string => `\${${variableName("PORT", name)}:-${port}}`;

/**
 * What a shop is told of Stripe, and the address at which the public finds it.
 * By hand, keys come from the environment, none is no checkout; in a swarm the deploy stage says where they lie.
 */
export const paymentSettings = (name: string, app: AppSpec, environment: "demo" | "production") => {
  if (app.payments !== true) return {};
  const given = (kind: Parameters<typeof variableName>[0], otherwise = ""): string =>
    `\${${variableName(kind, name)}:-${otherwise}}`;
  if (environment === "production")
    return {
      PUBLIC_URL: given("PUBLIC_URL"),
      ...Object.fromEntries(stripeSettings.map((setting) => [`${setting}_FILE`, given(`${setting}_FILE`)] as const)),
    };
  // Compose also resolves the port inside `:+` when it is not used: without a default there, it would print a warning.
  const port = variableName("PORT", "reverse-proxy");
  return {
    PUBLIC_URL: given("PUBLIC_URL", `http://localhost\${${port}:+:\${${port}:-}}${prefixOf(app)}`),
    ...Object.fromEntries(stripeSettings.map((setting) => [setting, given(setting)] as const)),
  };
};

/** The settings of one application, as `apps/appkit` reads them. */
export const settings = (name: string, app: AppSpec, environment: "demo" | "production", secrets: string) => ({
  ENVIRONMENT: environment,
  DATABASE_URL: `postgres://${name}@postgres:5432/${name}`,
  DATABASE_PASSWORD_FILE: `${secrets}/database-password`,
  SECRET_KEY_FILE: `${secrets}/secret-key`,
  PUBLIC_SCHEME: "${PUBLIC_SCHEME:-http}",
  RELEASE: `\${${variableName("IMAGE", name)}:-development}`,
  THREADS: String(app.threads),
  METRICS_PORT: String(metricsPort),
  // Only the proxy shares this network; an application that is reached directly trusts nobody.
  TRUSTED_PROXY: app.route === null ? "" : "reverse-proxy",
});
