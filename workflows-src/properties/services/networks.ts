/** The networks of each service. */
import { routed } from "../../../apps/catalog.ts";
import { shopsOf } from "../core/shops.ts";
import { inAnyOrder } from "../core/exactly.ts";
import type { Service, ServiceRule } from "./service.ts";

const databaseNetwork = (app: string): string => `${app}-db`;

function networksOf({ role, app, place, catalog }: Service): readonly string[] {
  const apps = Object.keys(catalog);
  const front = new Set(routed(catalog).map(([name]) => name));
  switch (role) {
    case "application": {
      const payments = place === "tests" && app.payments === true ? [`${app.name}-stripe`] : [];
      return [app.name, databaseNetwork(app.name), "monitoring", ...payments];
    }
    case "prepare":
      return [databaseNetwork(app.name)];
    case "reverse-proxy":
      return ["edge", ...front];
    case "postgres":
      return ["postgres", ...apps.map(databaseNetwork)];
    case "postgres-setup":
      return ["postgres"];
    case "prometheus":
      return ["edge", "monitoring"];
    case "grafana":
      return ["edge"];
    case "tests":
      return ["edge", ...apps.filter((name) => !front.has(name))];
    case "stripe-fake":
      return ["edge", "stripe-mock", ...shopsOf(catalog).map((shop) => `${shop}-stripe`)];
    case "stripe-mock":
      return ["stripe-mock"];
    case "ready":
    case "secrets":
      return [];
  }
}

export const networks: ServiceRule = {
  name: "each service is in its own networks only",
  reason:
    "An application that shares a network with another one, with the administrator of the database or with the proxy's edge can attack it when it is broken into.",
  keys: ["networks", "network_mode"],
  expected: (service) => {
    const own = networksOf(service);
    return own.length > 0 ? { networks: inAnyOrder(...own) } : { network_mode: "none" };
  },
};
