/** Rules for the configuration of the reverse proxy. */
import { describe, expect, test } from "vitest";
import { type AppSpec, appNames, catalog, prefixOf, shopsIn } from "../../apps/catalog.ts";
import { another } from "../testing/another-application.ts";
import { nginxConf } from "./nginx.ts";
import {
  addressesOf,
  bodies,
  perClient,
  proxyCapacity,
  requestsPerApplication,
  requestsPerReplica,
} from "./proxy-capacity.ts";
import { healthPort } from "./proxy-settings.ts";

const routed = appNames.filter((name) => catalog[name].route !== null);
const conf = nginxConf(catalog);

/** The text between the braces after this head. */
function block(head: string, from = conf): string {
  const start = from.indexOf(`${head} {\n`);
  expect(start, head).toBeGreaterThanOrEqual(0);
  let depth = 1;
  let end = start + head.length + 2;
  for (; depth > 0; end++) depth += { "{": 1, "}": -1 }[from[end] ?? ""] ?? 0;
  return from.slice(start + head.length + 2, end - 1);
}
const serverAt = (port: number): string =>
  conf.split("\n    server {\n").find((text) => text.trimStart().startsWith(`listen ${port} `)) ?? "";
const statements = (text: string, name: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\\s*${name} (.+);$`, "gmu"))].map(([, value = ""]) => value);

describe("nginx.conf", () => {
  test.each(routed)("%s has an upstream that is resolved repeatedly, a route, and its own port", (name) => {
    const { port, route, publishedPort } = catalog[name];
    const most = requestsPerReplica(catalog[name]);
    expect(conf).toContain(
      `upstream ${name} {\n        zone ${name} 64k;\n        server ${name}:${port} resolve max_conns=${most} max_fails=1 fail_timeout=1s;`,
    );
    const atRoute = block(`location ${route}`);
    expect(statements(atRoute, "set")).toEqual([`$app ${name}`, `$route_prefix ${prefixOf(catalog[name])}`]);
    expect(statements(atRoute, "proxy_pass")).toEqual([`http://${name}/`]);
    const atPort = block("location /", serverAt(publishedPort));
    expect(statements(atPort, "set")).toEqual([`$app ${name}`, '$route_prefix ""']);
    expect(statements(atPort, "proxy_pass")).toEqual([`http://${name}`]);
    expect(conf.match(new RegExp(`error_page 502 504 = @${name};`, "gu"))).toHaveLength(2);
    expect(conf.match(new RegExp(`location @${name} \\{`, "gu"))).toHaveLength(2);
  });
  test("listens on port 80, on the ports of the applications behind it, and for the health check in the container", () => {
    const ports = [...conf.matchAll(/listen (\S+?)(?: default_server)?(?: reuseport backlog=4096)?;/gu)].map(
      ([, port]) => port,
    );
    expect(ports).toEqual([
      `127.0.0.1:${healthPort}`,
      "80",
      ...routed.map((name) => String(catalog[name].publishedPort)),
    ]);
  });
  test("never treats a response of an application as a dead replica", () => {
    expect(conf).toContain("proxy_next_upstream error timeout;");
    expect(conf).toContain("resolver 127.0.0.11 valid=1s ipv6=off;");
  });
});

describe("the limits", () => {
  const { clients, waiting, upstream, reserved, connections, perWorker } = proxyCapacity(catalog);
  const specs: readonly AppSpec[] = routed.map((name) => catalog[name]);

  test("the comment shows the sum of the connections", () => {
    expect(statements(conf, "worker_connections")).toEqual([String(perWorker.connections)]);
    expect(statements(conf, "worker_rlimit_nofile")).toEqual([String(perWorker.files)]);
    const comment = conf.split("worker_connections")[0] ?? "";
    for (const part of [clients, waiting, upstream, reserved, connections]) expect(comment).toContain(String(part));
  });
  test("the processes have all connections together, and no process more files than machines allow", () => {
    const [processes] = statements(conf, "worker_processes");
    expect(Number(processes) * perWorker.connections).toBeGreaterThan(1.05 * connections);
    expect(perWorker.files).toBeGreaterThanOrEqual(2 * perWorker.connections);
    expect(perWorker.files).toBeLessThan(20_000);
    // Only then does the kernel spread the clients evenly.
    for (const listen of statements(conf, "listen").filter((one) => !one.startsWith("127.")))
      expect(listen).toContain(" reuseport ");
  });
  test("no application can use the connections of another one", () => {
    expect(clients).toBe(routed.length * requestsPerApplication);
    expect(upstream).toBe(specs.reduce((sum, app) => sum + addressesOf(app) * requestsPerReplica(app), 0));
  });
  test.each(routed)("%s has all limits at its route and at its port", (name) => {
    const { route, publishedPort } = catalog[name];
    for (const location of [block(`location ${route}`), block("location /", serverAt(publishedPort))]) {
      expect(statements(location, "limit_conn")).toEqual([
        `clients ${perClient.requests}`,
        `client_bodies ${perClient.bodies}`,
        `applications ${requestsPerApplication}`,
        `bodies ${bodies.perApplication}`,
      ]);
      expect(statements(location, "proxy_next_upstream_tries")).toEqual([String(addressesOf(catalog[name]))]);
    }
  });
  test("a slow client is waited for with a limit", () => {
    for (const name of ["client_header_timeout", "client_body_timeout", "send_timeout"])
      expect(statements(conf, name)).toEqual(["10s"]);
  });
  test("a browser opens a page with all of its files at once, and again", () => {
    expect(perClient.burst).toBeGreaterThan(10 * 31);
    expect(perClient.requests).toBeGreaterThan(20 * 6);
    expect(requestsPerReplica({ ...another, threads: 4 })).toBeGreaterThanOrEqual(10 * 6);
  });
});

test("a location with headers of its own sends the transport security as well, since it inherits none", () => {
  const locations = conf.split(/\n\s*location /u).filter((text) => text.includes("add_header"));
  expect(locations.length).toBeGreaterThan(1);
  for (const location of locations) expect(location).toContain("add_header Strict-Transport-Security");
});

describe("the errors of the proxy", () => {
  const texts = (format: string): readonly string[] =>
    [...conf.matchAll(new RegExp(`^        ${format} '(.*)';$`, "gmu"))].map(([, text = ""]) => text);

  test("each has a page and JSON, and none holds a quote that would end its string", () => {
    const names = [...conf.matchAll(/map \$error_format (\$error_(?!type)\w+) /gu)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(8);
    for (const format of ["default", "json"]) {
      expect(texts(format)).toHaveLength(names.length);
      for (const text of texts(format)) expect(text).not.toMatch(/['\\\n]/u);
    }
  });
  test("the JSON has the shape of the applications' errors", () => {
    for (const text of texts("json")) expect(JSON.parse(text)).toEqual({ detail: expect.stringMatching(/^[^<]+\.$/u) });
  });
});

describe("secret paths", () => {
  const secret = appNames.filter((name) => "secretPaths" in catalog[name]);
  const logged = block("map $uri $logged_path");
  const patterns = [...logged.matchAll(/"~\*\(\?s\)(.+?)" "(.+?)";/gu)].map(
    ([, pattern = ""]) => new RegExp(pattern, "isu"),
  );
  const shown = (uri: string): string => {
    const match = patterns.map((pattern) => pattern.exec(uri)).find(Boolean);
    return match ? `${match.groups?.["logged_start"]}*${match.groups?.["logged_end"]}` : uri;
  };

  test("every shop has one, since its pages of orders are opened by a key", () =>
    expect(shopsIn(catalog).filter((shop) => !secret.some((name) => name === shop))).toEqual([]));
  test.each(secret)("the key of %s is not logged at its route nor at its port", (name) => {
    const { route, secretPaths } = catalog[name] as AppSpec;
    for (const path of secretPaths ?? [])
      for (const start of ["", String(route).slice(0, -1)]) {
        expect(shown(start + path.replace("*", "KEY"))).toBe(start + path);
        expect(shown(`${start}${path.replace("*", "KEY")}/x\ny`)).toBe(`${start}${path}/x\ny`);
        expect(shown(start + path.replace("*", ""))).toBe(start + path.replace("*", ""));
      }
  });
  test("other paths are logged as they are", () => {
    for (const path of ["/", "/products/orders", "/cart/", "/healthz"]) expect(shown(path)).toBe(path);
  });
  test("nothing else logs a path", () => {
    expect(conf.match(/access_log (?!off)/gu)).toHaveLength(1);
    expect(statements(block("http"), "error_log")).toEqual(["/dev/stderr emerg"]);
  });
});
