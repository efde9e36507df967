/** Settings of the services that the compose files and the stack file share. Pure. */
import { type AppSpec, prefixOf } from "../../apps/catalog.ts";
import { stripeSettings } from "../../contract/stripe-settings.ts";
import { variableName } from "../../contract/names.ts";

/** For every container: a read-only root file system and no capability. */
export const hardened = { read_only: true, cap_drop: ["ALL"] } as const;

export const frontNetwork = (app: string): string => app;
export const databaseNetwork = (app: string): string => `${app}-db`;
/** Connects Prometheus with the applications. It contains neither a database nor the proxy. */
export const monitoringNetwork = "monitoring";
/** The port on which every application serves its metrics; never published. */
export const metricsPort = 9100;

/** The users and groups with which images of other projects run without root; the numbers come from those images. */
export const users = { proxy: "101:101", database: "70:70", prometheus: "65534:65534", grafana: "472:0" } as const;

/** The limit of Postgres; `catalog-rules.ts` compares the catalog with it. */
export const databaseConnections = 200;
export const databaseCommand: readonly [string, ...string[]] = [
  "postgres",
  "-c",
  `max_connections=${databaseConnections}`,
];

/** The image of a service: the one that a stage sets, or the latest of the account when compose is started by hand. */
export const imageReference = (name: string, { image }: AppSpec): string =>
  `\${${variableName("IMAGE", name)}:-\${DOCKER_USERNAME:?set it to the Docker Hub account that owns the images}/${image}:latest}`;

/** A port on the host, which a stage can change. */
export const published = (name: string, port: number): string => `\${${variableName("PORT", name)}:-${port}}`;

/**
 * The Stripe settings of a shop and its public address. On a laptop the keys come from the environment, and without
 * keys checkout is off. In a swarm the deploy stage sets the paths of the files that hold them.
 */
export const paymentSettings = (name: string, app: AppSpec, environment: "demo" | "production") => {
  if (app.payments !== true) return {};
  const variable = (kind: Parameters<typeof variableName>[0], fallback = ""): string =>
    `\${${variableName(kind, name)}:-${fallback}}`;
  if (environment === "production")
    return {
      PUBLIC_URL: variable("PUBLIC_URL"),
      ...Object.fromEntries(stripeSettings.map((setting) => [`${setting}_FILE`, variable(`${setting}_FILE`)] as const)),
    };
  // Compose also resolves the port inside `:+` when it is not used: without a default there, it would print a warning.
  const port = variableName("PORT", "reverse-proxy");
  return {
    PUBLIC_URL: variable("PUBLIC_URL", `http://localhost\${${port}:+:\${${port}:-}}${prefixOf(app)}`),
    ...Object.fromEntries(stripeSettings.map((setting) => [setting, variable(setting)] as const)),
  };
};

/** The settings of one application, as `apps/appkit` reads them. */
export const settings = (name: string, app: AppSpec, environment: "demo" | "production", secrets: string) => ({
  ENVIRONMENT: environment,
  DATABASE_URL: `postgres://${name}@postgres:5432/${name}`,
  DATABASE_PASSWORD_FILE: `${secrets}/database-password`,
  SECRET_KEY_FILE: `${secrets}/secret-key`,
  RELEASE: `\${${variableName("IMAGE", name)}:-development}`,
  THREADS: String(app.threads),
  METRICS_PORT: String(metricsPort),
  TRUSTED_PROXY: app.route === null ? "" : "reverse-proxy",
});

/** The networks of the proxies that the operator has put in front of the stack. */
export const trustedProxies = { TRUSTED_PROXIES: "${TRUSTED_PROXIES:-}" } as const;

/** The settings of an application that visitors reach without the proxy; the tests forge headers, so they set none. */
export const directSettings = (app: AppSpec) => (app.route === null ? trustedProxies : {});
