/** Rules for the compose files of a laptop and of the integration tests. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { appNames, catalog } from "../../../apps/catalog.ts";
import { variableName } from "../../../contract/names.ts";
import { compose, liveProject } from "../../../scripts/docker/compose.ts";
import { live, tests } from "../../testing/stack-files.ts";
import { scrapeInterval } from "../monitoring.ts";

const routed = appNames.filter((name) => catalog[name].route !== null);

describe("the compose file of a laptop", () => {
  const services = Object.entries(live.services);
  const onRequest = services.filter(([, { profiles }]) => profiles);

  test("publishes the ports of the proxy and of the applications that are not behind it", () => {
    const ports = Object.fromEntries(
      services.flatMap(([name, { ports: own, profiles }]) => (own && !profiles ? [[name, own]] : [])),
    );
    expect(Object.keys(ports).toSorted()).toEqual(
      ["reverse-proxy", ...appNames.filter((name) => !routed.includes(name))].toSorted(),
    );
    expect(ports["reverse-proxy"]).toContain("${PORT_REVERSE_PROXY:-80}:80");
    for (const name of routed)
      expect(ports["reverse-proxy"]).toContain(
        `\${${variableName("PORT", name)}:-${catalog[name].publishedPort}}:${catalog[name].publishedPort}`,
      );
  });
  test("monitoring starts on request only, listens on the loopback interface, and no service depends on it", () => {
    expect(onRequest.map(([name, { profiles, ports }]) => [name, profiles, ports])).toEqual([
      ["prometheus", ["monitoring"], ["127.0.0.1:${PORT_PROMETHEUS:-9090}:9090"]],
      ["grafana", ["monitoring"], ["127.0.0.1:${PORT_GRAFANA:-3000}:3000"]],
    ]);
    for (const [name, { depends_on: others = {}, profiles }] of services)
      if (!profiles) expect([name, Object.keys(others)]).not.toEqual([name, expect.arrayContaining(["prometheus"])]);
  });
  test("services that were started on request are stopped with the others", () => {
    expect(compose.down(liveProject, { volumes: false }).join(" ")).toContain(" --profile * down ");
  });
  test("Grafana reads a generated password, and its data source has the scrape interval of Prometheus", () => {
    const { environment } = live.services["grafana"]!;
    expect(environment?.["GF_SECURITY_ADMIN_PASSWORD__FILE"]).toBe("/run/secrets/admin-password");
    expect(live.services["secrets"]?.command).toContain("/secrets/grafana/admin-password");
    const provisioned = "apps/monitoring/grafana/provisioning/datasources/prometheus.yaml";
    const { datasources } = parse(readFileSync(provisioned, "utf8")) as { readonly datasources: readonly object[] };
    expect(datasources).toEqual([
      expect.objectContaining({ url: "http://prometheus:9090", jsonData: { timeInterval: scrapeInterval } }),
    ]);
  });
  test("`up` returns when every application and the proxy are healthy, and starts the proxy before", () => {
    expect(live.services["ready"]?.depends_on).toEqual(
      Object.fromEntries(["reverse-proxy", ...appNames].map((name) => [name, { condition: "service_healthy" }])),
    );
    expect(live.services["reverse-proxy"]?.depends_on).toEqual(routed);
    for (const [name, { depends_on: others = {} }] of services)
      if (!Array.isArray(others))
        expect([name, Object.keys(others)]).not.toEqual([name, expect.arrayContaining(["ready"])]);
  });
  test("an image is the one that a stage sets, else the latest of the account", () => {
    for (const name of appNames)
      expect(live.services[name]?.image).toMatch(
        new RegExp(
          `^\\$\\{${variableName("IMAGE", name)}:-\\$\\{DOCKER_USERNAME:\\?.*\\}/${catalog[name].image}:latest\\}$`,
          "u",
        ),
      );
  });
});

describe("the compose file of the integration tests", () => {
  const others = Object.entries(tests.services).filter(([name]) => name !== "tests");
  test("publishes no port on the host", () => expect(others.filter(([, { ports }]) => ports)).toEqual([]));
  test("no service but `tests` may exit, and no service waits for an exit", () => {
    for (const [name, service] of others) {
      const conditions = Array.isArray(service.depends_on)
        ? []
        : Object.values(service.depends_on ?? {}).map(({ condition }) => condition);
      expect([name, service.restart, conditions.filter((condition) => condition !== "service_healthy")]).toEqual([
        name,
        undefined,
        [],
      ]);
      const oneShot = name.endsWith("-prepare") || name === "postgres-setup" || name === "secrets";
      if (oneShot) expect(service.command?.at(-1)).toMatch(/ && touch \/tmp\/done && exec sleep infinity$/u);
    }
  });
  test("has the services of a laptop except Grafana and `ready`, and the fake of Stripe", () => {
    const there = Object.keys(live.services).filter((name) => name !== "grafana" && name !== "ready");
    expect(others.map(([name]) => name).toSorted()).toEqual([...there, "stripe-fake", "stripe-mock"].toSorted());
  });
  test("the tests depend on every service that they use, and reach the same as a visitor", () => {
    const { depends_on, networks } = tests.services["tests"]!;
    expect(Object.keys(depends_on ?? {}).toSorted()).toEqual(
      ["reverse-proxy", "prometheus", "stripe-fake", ...appNames].toSorted(),
    );
    expect(networks).toEqual(["edge", ...appNames.filter((name) => !routed.includes(name))]);
  });
});
