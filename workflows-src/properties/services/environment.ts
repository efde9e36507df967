/** The environment of each service. */
import { type Catalog, prefixOf, routed } from "../../../apps/catalog.ts";
import { variableName } from "../../../contract/names.ts";
import { text } from "../core/exactly.ts";
import { shopsOf } from "../core/shops.ts";
import type { Keys, Service, ServiceRule } from "./service.ts";

const fake = "http://stripe-fake:12111";

/** Of an application and of the service that prepares its database. */
const common = ({ app, place }: Service): Keys => ({
  ENVIRONMENT: place === "production" ? "production" : "demo",
  DATABASE_URL: `postgres://${app.name}@postgres:5432/${app.name}`,
  DATABASE_PASSWORD_FILE: "/run/secrets/database-password",
  SECRET_KEY_FILE: "/run/secrets/secret-key",
  RELEASE: `\${${variableName("IMAGE", app.name)}:-development}`,
  THREADS: String(app.threads),
  METRICS_PORT: "9100",
  TRUSTED_PROXY: app.route === null ? "" : "reverse-proxy",
});

/** Only the proxy evaluates what stands in front of it, where there is a proxy. The tests forge headers, so they trust nobody. */
const trusted = ({ app, place }: Service): Keys =>
  app.route === null && place !== "tests" ? { TRUSTED_PROXIES: "${TRUSTED_PROXIES:-}" } : {};

function payments({ app, place }: Service): Keys {
  if (app.payments !== true) return {};
  const optional = (kind: Parameters<typeof variableName>[0]): string => `\${${variableName(kind, app.name)}:-}`;
  switch (place) {
    case "production":
      return {
        PUBLIC_URL: optional("PUBLIC_URL"),
        STRIPE_SECRET_KEY_FILE: optional("STRIPE_SECRET_KEY_FILE"),
        STRIPE_WEBHOOK_SECRET_FILE: optional("STRIPE_WEBHOOK_SECRET_FILE"),
      };
    case "laptop": {
      const port = variableName("PORT", "reverse-proxy");
      return {
        PUBLIC_URL: `\${${variableName("PUBLIC_URL", app.name)}:-http://localhost\${${port}:+:\${${port}:-}}${prefixOf(app)}}`,
        STRIPE_SECRET_KEY: optional("STRIPE_SECRET_KEY"),
        STRIPE_WEBHOOK_SECRET: optional("STRIPE_WEBHOOK_SECRET"),
      };
    }
    case "tests":
      return {
        PUBLIC_URL: `http://reverse-proxy${prefixOf(app)}`,
        // Keys of no account, and the address of the fake: no test reaches Stripe.
        STRIPE_SECRET_KEY: text(/^sk_test_[a-z0-9_]+$/u),
        STRIPE_WEBHOOK_SECRET: text(/^whsec_[a-z0-9_]+$/u),
        STRIPE_API_BASE: fake,
      };
  }
}

function published({ catalog, place }: Service): string {
  const behind = new Set(routed(catalog).map(([name]) => name));
  return Object.entries(catalog)
    .filter(([name]) => !behind.has(name))
    .map(([name, { publishedPort }]) =>
      place === "tests" ? `${name}=${publishedPort}` : `${name}=\${${variableName("PORT", name)}:-${publishedPort}}`,
    )
    .join(" ");
}

/** JSON that names every shop once. */
const naming = (shops: readonly string[]): unknown =>
  text(
    new RegExp(
      `^${shops.map((shop) => `(?=.*"(?:sk_test_)?${shop.replaceAll("-", "[-_]")}")`).join("")}\\{.*\\}$`,
      "u",
    ),
  );

/** Each shop by its key at Stripe, with the address and the secret of its webhook. */
const accounts = (catalog: Catalog): unknown =>
  JSON.stringify(
    Object.fromEntries(
      shopsOf(catalog).map((shop) => {
        const id = shop.replaceAll("-", "_");
        const url = `http://reverse-proxy${prefixOf(catalog[shop]!)}/stripe/webhook`;
        return [`sk_test_${id}`, { url, secret: `whsec_${id}` }];
      }),
    ),
  );

function environmentOf(service: Service): Keys {
  const { role, app, place, catalog } = service;
  switch (role) {
    case "application":
      return {
        ...common(service),
        ...trusted(service),
        ...payments(service),
        ...(place === "tests" ? app.testSettings : {}),
      };
    case "prepare":
      return common(service);
    case "reverse-proxy":
      return {
        ...(place === "tests" ? {} : { PUBLIC_ORIGIN: "${PUBLIC_ORIGIN:-}", TRUSTED_PROXIES: "${TRUSTED_PROXIES:-}" }),
        PUBLISHED_PORTS: published(service),
      };
    case "postgres":
      return { POSTGRES_PASSWORD_FILE: "/run/secrets/database-password" };
    case "postgres-setup":
      return {
        PGHOST: "postgres",
        PGUSER: "postgres",
        PGPASSWORD_FILE: "/secrets/postgres/database-password",
        SECRETS: "/secrets",
      };
    case "grafana":
      return {
        GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/admin-password",
        GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: "/etc/grafana/dashboards/applications.json",
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
        GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
        GF_ANALYTICS_REPORTING_ENABLED: "false",
        GF_NEWS_NEWS_FEED_ENABLED: "false",
        GF_PLUGINS_PREINSTALL_DISABLED: "true",
      };
    case "tests":
      return { STRIPE: naming(shopsOf(catalog)), CHANGED: "${CHANGED:-}" };
    case "stripe-fake":
      return { ORIGIN: fake, ACCOUNTS: accounts(catalog), STRIPE_MOCK: "http://stripe-mock:12111" };
    case "ready":
    case "secrets":
    case "prometheus":
    case "stripe-mock":
      return {};
  }
}

export const environment: ServiceRule = {
  name: "each service has its own settings, and no others",
  reason:
    "Demo settings in production show errors to everybody; production's settings in the tests charge cards. A setting that the applications of another kind read opens Grafana or Postgres to anybody. A password and the key that signs sessions are different files.",
  keys: ["environment"],
  expected: (service) => {
    const own = environmentOf(service);
    return { environment: Object.keys(own).length > 0 ? own : undefined };
  },
};
