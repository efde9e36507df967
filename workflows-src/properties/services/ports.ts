/** The ports of the host, and those that a container listens on. */
import { routed } from "../../../apps/catalog.ts";
import { variableName } from "../../../contract/names.ts";
import { inAnyOrder } from "../core/exactly.ts";
import type { Service, ServiceRule } from "./service.ts";

interface Published {
  readonly service: string;
  readonly usual: number;
  readonly inside: number;
}

function publishedBy({ role, app, catalog }: Service): readonly Published[] {
  if (role === "reverse-proxy")
    return [
      { service: "reverse-proxy", usual: 80, inside: 80 },
      ...routed(catalog).map(([service, { publishedPort }]) => ({
        service,
        usual: publishedPort,
        inside: publishedPort,
      })),
    ];
  if (role === "application" && app.route === null)
    return [{ service: app.name, usual: app.publishedPort, inside: app.port }];
  if (role === "prometheus") return [{ service: role, usual: 9090, inside: 9090 }];
  if (role === "grafana") return [{ service: role, usual: 3000, inside: 3000 }];
  return [];
}

function portsOf(service: Service): readonly unknown[] {
  if (service.place === "tests") return [];
  const loopback = service.role === "prometheus" || service.role === "grafana" ? "127.0.0.1:" : "";
  return publishedBy(service).map(({ service: name, usual, inside }) => {
    const published = `\${${variableName("PORT", name)}:-${usual}}`;
    return service.place === "laptop"
      ? `${loopback}${published}:${inside}`
      : { target: inside, published, protocol: "tcp", mode: "host" };
  });
}

export const ports: ServiceRule = {
  name: "only the proxy and the applications beside it publish ports",
  reason:
    "A published port is open to everybody. Monitoring is published on the loopback interface, the test stack publishes nothing, and the metrics and the database are never published.",
  keys: ["ports", "expose"],
  expected: (service) => {
    const own = portsOf(service);
    return {
      ports: own.length > 0 ? inAnyOrder(...own) : undefined,
      expose: service.role === "application" && service.place !== "production" ? [String(service.app.port)] : undefined,
    };
  },
};
