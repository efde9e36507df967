/** How the engine notices that a service is not healthy, and the order in which services start. */
import { routed } from "../../../apps/catalog.ts";
import { duration, inAnyOrder } from "../core/exactly.ts";
import type { Keys, Role, Service, ServiceRule } from "./service.ts";

const isOneShot = (service: Service): boolean => ["prepare", "postgres-setup", "secrets"].includes(service.role);

const get = (url: string, ...options: readonly string[]): readonly string[] => [
  "CMD",
  "wget",
  "-q",
  "-O",
  "/dev/null",
  ...options,
  url,
];

/** Programs that ask the service itself, and that fail if it does not answer. */
const checks: Readonly<Partial<Record<Role, readonly string[]>>> = {
  "reverse-proxy": get("http://127.0.0.1:8081/healthz"),
  postgres: ["CMD", "pg_isready", "--quiet", "--host", "127.0.0.1", "--username", "postgres"],
  prometheus: get("http://127.0.0.1:9090/-/ready"),
  "stripe-mock": get("http://127.0.0.1:12111/v1/coupons", "--header", "Authorization: Bearer sk_test_1"),
};

function healthOf(service: Service): unknown {
  const { role, place } = service;
  if (isOneShot(service) && place === "tests")
    return {
      test: ["CMD", "test", "-f", "/tmp/done"],
      interval: duration(1, 3600),
      start_interval: duration(0.1, 5),
      start_period: duration(60, 3600),
    };
  // The image has the health check of the application, and this service does not serve.
  if (role === "prepare") return { disable: true };
  // The health check of the image, more rarely at the start.
  if (role === "application") return place === "tests" ? { start_interval: duration(0.1, 10) } : undefined;
  const test = checks[role];
  return (
    test && {
      test,
      interval: duration(1, 30),
      timeout: duration(1, 10),
      start_period: duration(10, 300),
      start_interval: place === "production" ? undefined : duration(0.1, 10),
    }
  );
}

export const health: ServiceRule = {
  name: "each service that serves has a health check that can fail",
  reason: "A rollout goes on, and the proxy is shown as ready, when the health check succeeds.",
  keys: ["healthcheck"],
  expected: (service) => ({ healthcheck: healthOf(service) }),
};

const healthy = { condition: "service_healthy" };
const after = (condition: Keys, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, condition] as const));

function dependenciesOf({ role, app, place, catalog }: Service): unknown {
  const finished = place === "tests" ? healthy : { condition: "service_completed_successfully" };
  const apps = Object.keys(catalog);
  switch (role) {
    case "application":
      return after(finished, [`${app.name}-prepare`]);
    case "prepare":
      return after(finished, ["postgres-setup"]);
    case "postgres-setup":
      return after(healthy, ["postgres"]);
    case "postgres":
      return after(finished, ["secrets"]);
    // Without a condition: one broken application must not keep the proxy, and so the others, from starting.
    case "reverse-proxy":
      return routed(catalog).length > 0 ? inAnyOrder(...routed(catalog).map(([name]) => name)) : [];
    case "ready":
      return after(healthy, ["reverse-proxy", ...apps]);
    case "grafana":
      return { ...after(healthy, ["prometheus"]), ...after(finished, ["secrets"]) };
    case "tests":
      return after(healthy, ["reverse-proxy", "prometheus", "stripe-fake", ...apps]);
    case "stripe-fake":
      return after(healthy, ["stripe-mock"]);
    case "secrets":
    case "prometheus":
    case "stripe-mock":
      return undefined;
  }
}

export const order: ServiceRule = {
  name: "each service starts after those that it needs",
  reason:
    "An application that starts before its tables exist fails. In a swarm nothing waits: there services poll, and the deploy stage watches.",
  keys: ["depends_on", "profiles"],
  expected: (service) => ({
    depends_on: service.place === "production" ? undefined : dependenciesOf(service),
    profiles:
      service.place === "laptop" && ["prometheus", "grafana"].includes(service.role) ? ["monitoring"] : undefined,
  }),
};
