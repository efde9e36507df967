/** What the proxy, the compose files and the stack must say, whatever the catalog. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { appNames, catalog, shopsIn } from "../../apps/catalog.ts";
import { compose } from "../../scripts/docker/compose.ts";
import { variableName } from "../../contract/names.ts";
import { scrapeInterval } from "./monitoring.ts";
import { nginxConf } from "./nginx.ts";
import { metricsPort, monitoringNetwork } from "./services.ts";
import { stackSecrets } from "./swarm.ts";

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly (string | { readonly target: number; readonly published: string; readonly mode: string })[];
  readonly restart?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly volumes?: readonly (string | object)[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string }[];
  readonly healthcheck?: object;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly profiles?: readonly string[];
  readonly deploy?: {
    readonly mode?: string;
    readonly replicas?: number;
    readonly endpoint_mode?: string;
    readonly update_config?: { readonly order: string; readonly failure_action: string };
    readonly rollback_config?: { readonly order: string; readonly failure_action: string };
  };
}
interface File {
  readonly services: Readonly<Record<string, Service>>;
  readonly name?: string;
  readonly networks: Readonly<Record<string, { readonly name?: string; readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, { readonly name?: string } | null>>;
  readonly secrets?: Readonly<Record<string, { readonly external?: boolean }>>;
  readonly configs?: Readonly<Record<string, { readonly name: string }>>;
}
const read = (path: string): File => parse(readFileSync(path, "utf8")) as File;
const live = read("docker-compose.yml");
const tests = read("docker-compose.test.yml");
const stack = read("stack.yml");
const files = { live, tests, stack };

const routed = appNames.filter((name) => catalog[name].route !== null);
const shops = shopsIn(catalog);
const membersOf = ({ services }: File, network: string): readonly string[] =>
  Object.keys(services)
    .filter((name) => services[name]?.networks?.includes(network))
    .toSorted();

describe.each(Object.entries(files))("%s", (flavour, file) => {
  const services = Object.entries(file.services);

  test.each(appNames)("the network of %s is shared with the proxy only", (name) => {
    const visitors = routed.includes(name) ? ["reverse-proxy"] : flavour === "tests" ? ["tests"] : [];
    expect(membersOf(file, name)).toEqual([name, ...visitors].toSorted());
  });

  test.each(appNames)("the database's network of %s is its own, and leads nowhere", (name) => {
    expect(membersOf(file, `${name}-db`)).toEqual([name, `${name}-prepare`, "postgres"].toSorted());
    const { name: _, ...options } = file.networks[`${name}-db`]!;
    expect(options).toEqual({ internal: true });
  });

  test("the network of the metrics leads nowhere, and is shared by the applications and Prometheus only", () => {
    const prometheus = flavour === "stack" ? [] : ["prometheus"];
    expect(membersOf(file, monitoringNetwork)).toEqual([...appNames, ...prometheus].toSorted());
    expect(file.networks[monitoringNetwork]?.internal).toBe(true);
  });

  test("metrics are on a port that is not published", () => {
    for (const name of appNames) expect(file.services[name]?.environment?.["METRICS_PORT"]).toBe(String(metricsPort));
    expect(JSON.stringify(services.map(([, { ports }]) => ports))).not.toContain(String(metricsPort));
  });

  test.each(shops)("only the Stripe fake and %s share a payment network, and only in the test stack", (name) => {
    expect(membersOf(file, `${name}-stripe`)).toEqual(flavour === "tests" ? [name, "stripe-fake"].toSorted() : []);
    const { networks } = tests.services["stripe-fake"]!;
    expect(networks).toEqual(["edge", "stripe-mock", ...shops.map((shop) => `${shop}-stripe`)]);
    expect(membersOf(tests, "stripe-mock")).toEqual(["stripe-fake", "stripe-mock"]);
  });

  test.each(appNames)("%s hears of Stripe when it takes payments, and so does nothing else of it", (name) => {
    const told = (service: string) =>
      Object.keys(file.services[service]?.environment ?? {}).filter((key) => /^STRIPE|^PUBLIC_URL/u.test(key));
    expect(told(name).length > 0).toBe(shops.includes(name));
    expect(told(`${name}-prepare`)).toEqual([]);
  });

  test("an application hears of no other: its settings, its secrets", () => {
    for (const name of appNames) {
      const { environment, secrets, volumes, networks } = file.services[name]!;
      const others = appNames.filter((other) => other !== name);
      const said = JSON.stringify([environment, secrets, volumes, networks]);
      expect(others.filter((other) => said.includes(other))).toEqual([]);
      expect(environment?.["TRUSTED_PROXY"]).toBe(routed.includes(name) ? "reverse-proxy" : "");
    }
  });

  test("no secret is in the environment", () => {
    const named = services
      .flatMap(([, { environment }]) => Object.entries(environment ?? {}))
      .filter(([name]) => /PASSWORD|SECRET|KEY|TOKEN/u.test(name) && !name.endsWith("_FILE") && name !== "SECRETS");
    // On a laptop the operator's own environment is passed on; in the test stack the account is the fake's.
    const harmless = { live: /^\$\{STRIPE_\w+:-\}$/u, tests: /^(?:sk_test|whsec)_[a-z_]+$/u, stack: /^$/u }[flavour]!;
    expect(named.filter(([, value]) => !harmless.test(value))).toEqual([]);
    expect(named).toHaveLength(flavour === "stack" ? 0 : 2 * shops.length);
    expect(JSON.stringify(services)).not.toMatch(/:\/\/[^"/@]+:[^"/@]+@/u);
  });

  test("every container is hardened", () => {
    for (const [name, service] of services) {
      expect([name, service.read_only, service.cap_drop, service.privileged]).toEqual([name, true, ["ALL"], undefined]);
      // Swarm has no such option a service: there it is the daemon's.
      if (flavour !== "stack") expect([name, service.security_opt]).toEqual([name, ["no-new-privileges:true"]]);
      // The one root: it makes the secrets, without a network.
      if (service.user?.startsWith("0")) expect([name, service.network_mode]).toEqual(["secrets", "none"]);
    }
  });

  test("no image is the newest of somebody else's", () => {
    for (const [, { image }] of services) expect(image).not.toMatch(/^[a-z]+(?::latest)?$/u);
  });
});

describe("the compose file of a laptop", () => {
  const services = Object.entries(live.services);
  const onRequest = services.filter(([, { profiles }]) => profiles);

  test("publishes the proxy's ports and those of who is not behind it", () => {
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
  test("monitoring starts on request, on the loopback, and nothing waits for it", () => {
    expect(onRequest.map(([name, { profiles, ports }]) => [name, profiles, ports])).toEqual([
      ["prometheus", ["monitoring"], ["127.0.0.1:${PORT_PROMETHEUS:-9090}:9090"]],
      ["grafana", ["monitoring"], ["127.0.0.1:${PORT_GRAFANA:-3000}:3000"]],
    ]);
    for (const [name, { depends_on: others = {}, profiles }] of services)
      if (!profiles) expect([name, Object.keys(others)]).not.toEqual([name, expect.arrayContaining(["prometheus"])]);
  });
  test("what was started on request is taken down with the rest", () => {
    expect(compose.down({ file: "docker-compose.yml" }, { volumes: false }).join(" ")).toContain(" --profile * down ");
  });
  test("Grafana reads its password from a file that is generated, and a range that fits", () => {
    const { environment } = live.services["grafana"]!;
    expect(environment?.["GF_SECURITY_ADMIN_PASSWORD__FILE"]).toBe("/run/secrets/admin-password");
    expect(live.services["secrets"]?.command).toContain("/secrets/grafana/admin-password");
    const provisioned = "apps/docs-django-grafana/monitoring/grafana/provisioning/datasources/prometheus.yaml";
    const { datasources } = parse(readFileSync(provisioned, "utf8")) as { readonly datasources: readonly object[] };
    expect(datasources).toEqual([
      expect.objectContaining({ url: "http://prometheus:9090", jsonData: { timeInterval: scrapeInterval } }),
    ]);
  });
  test("an image is what a stage says, else the account's newest", () => {
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
  test("has no port on the host", () => expect(others.filter(([, { ports }]) => ports)).toEqual([]));
  test("nothing but `tests` may exit, and nothing waits for an exit", () => {
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
  test("the same services as on a laptop, the tests, the Stripe fake and stripe-mock", () => {
    const there = Object.keys(live.services).filter((name) => name !== "grafana");
    expect(others.map(([name]) => name).toSorted()).toEqual([...there, "stripe-fake", "stripe-mock"].toSorted());
  });
  test("the tests wait for all, and reach what a visitor reaches", () => {
    const { depends_on, networks } = tests.services["tests"]!;
    expect(Object.keys(depends_on ?? {}).toSorted()).toEqual(
      ["reverse-proxy", "prometheus", "stripe-fake", ...appNames].toSorted(),
    );
    expect(networks).toEqual(["edge", ...appNames.filter((name) => !routed.includes(name))]);
  });
});

describe("the stack", () => {
  test("every image of ours is exactly what the deploy stage says", () => {
    for (const name of appNames)
      for (const service of [name, `${name}-prepare`])
        expect(stack.services[service]?.image).toBe(`\${${variableName("IMAGE", name)}:?the deploy stage sets it}`);
  });
  test("serves beside the compose stacks: no network or volume is theirs", () => {
    const names = Object.values({ ...stack.networks, ...stack.volumes }).map((own) => own?.name ?? "");
    const theirs = [live, tests].map(({ name }) => `${name}_`);
    expect(names.filter((name) => name === "" || theirs.some((prefix) => name.startsWith(prefix)))).toEqual([]);
  });
  test("no service needs a virtual address", () => {
    for (const [name, { deploy }] of Object.entries(stack.services))
      expect([name, deploy?.endpoint_mode]).toEqual([name, "dnsrr"]);
  });
  test("a new replica is up before an old one goes, unless a port or a disk is held by one", () => {
    const held = Object.keys(stack.services).filter((name) => stack.services[name]?.ports ?? name === "postgres");
    for (const [name, { deploy }] of Object.entries(stack.services)) {
      if (deploy?.mode === "replicated-job") continue;
      const order = held.includes(name) ? "stop-first" : "start-first";
      expect([name, deploy?.update_config]).toEqual([
        name,
        expect.objectContaining({ order, failure_action: "rollback" }),
      ]);
      expect([name, deploy?.rollback_config]).toEqual([
        name,
        expect.objectContaining({ order, failure_action: "pause" }),
      ]);
    }
    expect(held).toEqual(["reverse-proxy", ...appNames.filter((name) => !routed.includes(name)), "postgres"]);
  });
  test.each(appNames)("%s has its replicas", (name) =>
    expect(stack.services[name]?.deploy?.replicas).toBe(catalog[name].replicas),
  );
  test("ports are the host's", () => {
    for (const { ports = [] } of Object.values(stack.services))
      for (const port of ports) expect(port).toMatchObject({ mode: "host" });
  });
  test("secrets are made before, configs are named by what is in them", () => {
    const stripes = shops.flatMap((name) => [`${name}-stripe-secret-key`, `${name}-stripe-webhook-secret`]);
    expect(Object.keys(stack.secrets ?? {})).toEqual([...stackSecrets(catalog), ...stripes]);
    for (const secret of Object.values(stack.secrets ?? {})) expect(secret.external).toBe(true);
    for (const { name } of Object.values(stack.configs ?? {})) expect(name).toMatch(/^wmd-[a-z]+-[0-9a-f]{12}$/u);
    const used = Object.values(stack.services).flatMap(({ secrets = [] }) => secrets.map(({ source }) => source));
    expect(new Set(used)).toEqual(new Set([...stackSecrets(catalog), ...stripes]));
  });
});

describe("nginx.conf", () => {
  const conf = nginxConf(catalog);
  test.each(routed)("%s: an upstream that is resolved again, a route, and a port of its own", (name) => {
    const { port, route, publishedPort } = catalog[name];
    expect(conf).toContain(
      `upstream ${name} {\n        zone ${name} 64k;\n        server ${name}:${port} resolve max_fails=1 fail_timeout=1s;`,
    );
    const prefix = String(route).slice(0, -1);
    expect(conf).toContain(
      `location ${route} {\n            set $route_prefix ${prefix};\n            proxy_pass http://${name}/;`,
    );
    expect(conf).toContain(
      `listen ${publishedPort};\n        server_name _;\n\n        location / {\n            set $route_prefix "";\n            proxy_pass http://${name};`,
    );
    expect(conf.match(new RegExp(`error_page 502 504 = @${name};`, "gu"))).toHaveLength(2);
    expect(conf.match(new RegExp(`location @${name} \\{`, "gu"))).toHaveLength(2);
  });
  test("listens on 80 and on the ports of those behind it", () => {
    const ports = [...conf.matchAll(/listen (\d+)/gu)].map(([, port]) => Number(port));
    expect(ports).toEqual([80, ...routed.map((name) => catalog[name].publishedPort)]);
  });
  test("overwrites every header that an application could trust", () => {
    const set = [...conf.matchAll(/proxy_set_header ([\w-]+) (.+);/gu)].map(([, header, value]) => [header, value]);
    expect(Object.fromEntries(set)).toEqual({
      Connection: '""',
      Host: "$http_host",
      "X-Forwarded-Host": "$http_host",
      "X-Forwarded-For": "$remote_addr",
      "X-Forwarded-Proto": "$scheme",
      "X-Forwarded-Prefix": "$route_prefix",
      "X-Real-IP": '""',
      Forwarded: '""',
      "X-Request-ID": "$kept_request_id",
    });
    // One that is set again in a location would drop all the others there.
    expect(conf.slice(conf.indexOf("\n    upstream "))).not.toContain("proxy_set_header");
  });
  test("never takes an application's own answer for a dead replica", () => {
    expect(conf).toContain("proxy_next_upstream error timeout;");
    expect(conf).toContain("resolver 127.0.0.11 valid=1s ipv6=off;");
  });
});
