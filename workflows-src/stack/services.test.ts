/** Rules for the compose files and the stack file, whatever the catalog contains. */
import { describe, expect, test } from "vitest";
import { appNames, catalog, shopsIn } from "../../apps/catalog.ts";
import { type StackFile, live, stack, tests } from "../testing/stack-files.ts";
import { variableName } from "../../contract/names.ts";
import { healthPort } from "./proxy-settings.ts";
import { metricsPort, monitoringNetwork } from "./services.ts";

const files = { live, tests, stack };
const routed = appNames.filter((name) => catalog[name].route !== null);
const shops = shopsIn(catalog);
const membersOf = ({ services }: StackFile, network: string): readonly string[] =>
  Object.keys(services)
    .filter((name) => services[name]?.networks?.includes(network))
    .toSorted();

describe.each(Object.entries(files))("%s", (flavour, file) => {
  const services = Object.entries(file.services);

  test.each(appNames)("only %s and its visitors are in its front network", (name) => {
    const visitors = routed.includes(name) ? ["reverse-proxy"] : flavour === "tests" ? ["tests"] : [];
    expect(membersOf(file, name)).toEqual([name, ...visitors].toSorted());
  });

  test.each(appNames)("only %s and the database are in its database network, which is internal", (name) => {
    expect(membersOf(file, `${name}-db`)).toEqual([name, `${name}-prepare`, "postgres"].toSorted());
    const { name: _, ...options } = file.networks[`${name}-db`]!;
    expect(options).toEqual({ internal: true });
  });

  test("only the applications and Prometheus are in the monitoring network, which is internal", () => {
    const prometheus = flavour === "stack" ? [] : ["prometheus"];
    expect(membersOf(file, monitoringNetwork)).toEqual([...appNames, ...prometheus].toSorted());
    expect(file.networks[monitoringNetwork]?.internal).toBe(true);
  });

  test("the health of the proxy is answered at a port that is not published", () => {
    const { healthcheck, ports } = file.services["reverse-proxy"]!;
    const { test: command } = healthcheck as { readonly test: readonly string[] };
    expect(command.at(-1)).toBe(`http://127.0.0.1:${healthPort}/healthz`);
    expect(JSON.stringify(ports ?? [])).not.toContain(String(healthPort));
  });

  test("the proxy is told where the applications are that are not behind it, and whom it may trust", () => {
    const { environment, entrypoint } = file.services["reverse-proxy"]!;
    expect(entrypoint).toEqual(["/bin/sh", "/start.sh"]);
    const direct = appNames.filter((name) => !routed.includes(name));
    for (const name of direct)
      expect(environment?.["PUBLISHED_PORTS"]).toContain(
        `${name}=${flavour === "tests" ? catalog[name].publishedPort : `\${${variableName("PORT", name)}:-${catalog[name].publishedPort}}`}`,
      );
    // The tests forge headers, so no proxy is trusted there.
    expect(environment?.["TRUSTED_PROXIES"]).toBe(flavour === "tests" ? undefined : "${TRUSTED_PROXIES:-}");
  });

  test("the port of the metrics is not published", () => {
    for (const name of appNames) expect(file.services[name]?.environment?.["METRICS_PORT"]).toBe(String(metricsPort));
    expect(JSON.stringify(services.map(([, { ports }]) => ports))).not.toContain(String(metricsPort));
  });

  test.each(shops)(
    "only the fake of Stripe and %s share a payment network, which exists in the test stack only",
    (name) => {
      expect(membersOf(file, `${name}-stripe`)).toEqual(flavour === "tests" ? [name, "stripe-fake"].toSorted() : []);
      const { networks } = tests.services["stripe-fake"]!;
      expect(networks).toEqual(["edge", "stripe-mock", ...shops.map((shop) => `${shop}-stripe`)]);
      expect(membersOf(tests, "stripe-mock")).toEqual(["stripe-fake", "stripe-mock"]);
    },
  );

  test.each(appNames)("%s has payment settings exactly if it takes payments, and its one-shot has none", (name) => {
    const paymentSettingsOf = (service: string) =>
      Object.keys(file.services[service]?.environment ?? {}).filter((key) => /^STRIPE|^PUBLIC_URL/u.test(key));
    expect(paymentSettingsOf(name).length > 0).toBe(shops.includes(name));
    expect(paymentSettingsOf(`${name}-prepare`)).toEqual([]);
  });

  test("no setting, secret, volume or network of an application names another one", () => {
    for (const name of appNames) {
      const { environment, secrets, volumes, networks } = file.services[name]!;
      const others = appNames.filter((other) => other !== name);
      const text = JSON.stringify([environment, secrets, volumes, networks]);
      expect(others.filter((other) => text.includes(other))).toEqual([]);
      expect(environment?.["TRUSTED_PROXY"]).toBe(routed.includes(name) ? "reverse-proxy" : "");
      // The proxy alone evaluates what stands in front of it; the tests forge headers.
      const readsProxies = !routed.includes(name) && flavour !== "tests";
      expect(environment?.["TRUSTED_PROXIES"]).toBe(readsProxies ? "${TRUSTED_PROXIES:-}" : undefined);
    }
  });

  test("no environment variable holds a secret", () => {
    const named = services
      .flatMap(([, { environment }]) => Object.entries(environment ?? {}))
      .filter(([name]) => /PASSWORD|SECRET|KEY|TOKEN/u.test(name) && !name.endsWith("_FILE") && name !== "SECRETS");
    // A laptop passes the environment of the operator on; the accounts of the test stack exist in the fake only.
    const harmless = { live: /^\$\{STRIPE_\w+:-\}$/u, tests: /^(?:sk_test|whsec)_[a-z_]+$/u, stack: /^$/u }[flavour]!;
    expect(named.filter(([, value]) => !harmless.test(value))).toEqual([]);
    expect(named).toHaveLength(flavour === "stack" ? 0 : 2 * shops.length);
    expect(JSON.stringify(services)).not.toMatch(/:\/\/[^"/@]+:[^"/@]+@/u);
  });

  test("every container is hardened", () => {
    for (const [name, service] of services) {
      expect([name, service.read_only, service.cap_drop, service.privileged]).toEqual([name, true, ["ALL"], undefined]);
      // Swarm has no such option for a service; there the daemon sets it.
      if (flavour !== "stack") expect([name, service.security_opt]).toEqual([name, ["no-new-privileges:true"]]);
      // One service runs as root: it creates the secrets, and has no network.
      if (service.user?.startsWith("0")) expect([name, service.network_mode]).toEqual(["secrets", "none"]);
    }
  });

  test("every variable states what it is when unset: compose warns of any other", () => {
    const variables = [...JSON.stringify(file).matchAll(/(?<!\$)\$(?!\$)\{?\w*:?[-?+]?/gu)].map(([written]) => written);
    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter((written) => !/^\$\{\w+:[-?+]$/u.test(written))).toEqual([]);
  });

  test("no image of another project is used without a version", () => {
    for (const [, { image }] of services) expect(image).not.toMatch(/^[a-z]+(?::latest)?$/u);
  });
});
