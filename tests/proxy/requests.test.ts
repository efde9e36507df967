/** The committed nginx.conf, run by a real nginx in front of recording replicas: each request of a table. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Catalog, catalog as committed, prefixOf, routed } from "../../apps/catalog.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { nginxConf } from "../../workflows-src/stack/nginx.ts";
import { publishedPorts } from "../../workflows-src/stack/proxy-settings.ts";
import { withAnother } from "../../workflows-src/testing/another-application.ts";
import { type NginxProgram, nginxProgram } from "./nginx-program.ts";
import { type Proxy, type Reply, startProxy } from "./proxy-on-loopback.ts";
import { type Row, requests } from "./requests.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
/** If no application is behind the proxy, the file as it would be with one. */
const catalog: Catalog = routed(committed).length > 0 ? committed : withAnother();
const configuration = catalog === committed ? readFileSync("nginx.conf", "utf8") : nginxConf(catalog);
const env = { PUBLISHED_PORTS: publishedPorts(catalog, (_, usual) => String(usual)) };
const [[app, spec]] = routed(catalog) as [ReturnType<typeof routed>[number]];
const minutes = 60_000;

/** nginx knows the addresses of the replicas a moment after its start. */
const isReady = async (started: Proxy) =>
  vi.waitFor(
    async () => {
      const { received } = await started.send(80, spec.route);
      if (received.length === 0) throw new Error("No request reaches a replica");
    },
    { timeout: minutes },
  );

let program: NginxProgram;
let proxy: Proxy;
beforeAll(async () => {
  program = await nginxProgram(fx);
  proxy = await startProxy({ configuration, catalog, env }, program, fx);
  await isReady(proxy);
}, 5 * minutes);
afterAll(async () => proxy.stop());

const only = (headers: Readonly<Record<string, unknown>>, names: object = {}) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, headers[name]]));

const like = (text: string | RegExp | undefined): unknown =>
  text instanceof RegExp ? expect.stringMatching(text) : text;
const alike = (headers: Row["headers"] = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, like(value)]));

/** What came of a request, as far as the row says something about it. */
const outcome = (row: Row, { status, headers, text, received }: Reply): unknown => ({
  status,
  headers: only(headers, row.headers),
  text,
  received: received.map((one, index) => ({
    app: one.app,
    method: one.method,
    url: one.url,
    headers: only(one.headers, row.received?.[index]?.headers),
    body: one.body,
  })),
});
const expected = ({ status, headers, text, sent, received = [] }: Row): unknown => ({
  status,
  headers: alike(headers),
  text: like(text ?? /^/u),
  received: received.map((one) => ({
    app: one.app,
    method: one.method ?? sent?.method ?? "GET",
    url: one.url,
    headers: alike(one.headers),
    body: one.body ?? like(/^/u),
  })),
});

const table = requests(catalog);
test.each(table)("$name", async (row) =>
  expect(outcome(row, await proxy.send(row.port, row.path, row.sent))).toEqual(expected(row)),
);

test("each request to a replica has a connection of its own, which cannot outlast the replica", async () => {
  const ports: number[] = [];
  for (let sent = 0; sent < 12; sent++)
    ports.push(...(await proxy.send(80, spec.route)).received.map(({ clientPort }) => clientPort));
  expect(new Set(ports).size).toBe(12);
});

describe("replicas that are gone", () => {
  const addresses = (...found: readonly string[]): void => void proxy.addresses.set(app, found);
  const form = { method: "POST", body: "paid=1" };
  /** nginx resolves names each second, and does not use an address that refused a connection for one more. */
  const until = async (check: () => Promise<void>) => vi.waitFor(check, { timeout: minutes, interval: 100 });

  test("a form reaches exactly one of the others", async () => {
    const alive = [proxy.replicaOf(app, 1), proxy.replicaOf(app, 2)];
    addresses(proxy.gone, ...alive);
    const seen = new Set<string>();
    await until(async () => {
      const { status, received } = await proxy.send(80, `${spec.route}form`, form);
      expect([status, received.length]).toEqual([200, 1]);
      seen.add(received[0]!.address);
      expect([...seen].toSorted()).toEqual(alive.toSorted());
    });
    for (let sent = 0; sent < 20; sent++) {
      const { status, received } = await proxy.send(80, `${spec.route}form`, form);
      expect([status, received.length]).toEqual([200, 1]);
    }
  });

  test("a page whose connection breaks, which may be read twice, is tried a bounded number of times", async () => {
    const { status, received } = await proxy.send(80, `${spec.route}cut`);
    expect([502, 503]).toContain(status);
    // At each of both replicas, and at each once more if the addresses changed meanwhile.
    expect(received.length).toBeLessThanOrEqual(4);
  });

  test("if all are gone, the client is told when to come back, and nothing was done", async () => {
    addresses(proxy.gone);
    await until(async () => {
      const { status, headers, received } = await proxy.send(80, `${spec.route}form`, form);
      expect([status, headers["retry-after"], received]).toEqual([503, "5", []]);
    });
    const { status, headers, text } = await proxy.send(80, spec.route, { headers: { accept: "application/json" } });
    expect([status, headers["retry-after"], headers["content-type"]]).toEqual([503, "5", "application/json"]);
    expect(Object.keys(JSON.parse(text) as object)).toEqual(["detail"]);
    addresses(proxy.replicaOf(app, 1));
    await until(async () => expect((await proxy.send(80, spec.route)).status).toBe(200));
  });
});

test("a client over its rate is told so in the format that it accepts", async () => {
  const settings = { configuration: configuration.replace(/burst=\d+/u, "burst=1"), catalog };
  const strict = await startProxy({ ...settings, env: { ...env, TRUSTED_PROXIES: "127.0.0.0/8" } }, program, fx);
  try {
    for (const [accept, type] of [
      ["application/json", "application/json"],
      ["text/html", "text/html; charset=utf-8"],
    ] as const)
      await vi.waitFor(
        async () => {
          const headers = { accept, "x-forwarded-for": "203.0.113.9" };
          const replies = await Promise.all(Array.from({ length: 20 }, async () => strict.send(80, "/", { headers })));
          const refused = replies.find(({ status }) => status === 429);
          expect([refused?.headers["retry-after"], refused?.headers["content-type"]]).toEqual(["1", type]);
        },
        { timeout: minutes },
      );
  } finally {
    await strict.stop();
  }
});

test("behind https each response says so, also a page of the proxy", async () => {
  const secure = await startProxy(
    { configuration, catalog, env: { ...env, PUBLIC_ORIGIN: "https://localhost" } },
    program,
    fx,
  );
  try {
    await isReady(secure);
    for (const path of ["/", "/nowhere/", spec.route, `${prefixOf(spec)}/cut`, "/healthz"]) {
      const { headers } = await secure.send(80, path);
      expect([path, headers["strict-transport-security"]]).toEqual([path, "max-age=31536000"]);
    }
    const { received } = await secure.send(80, spec.route);
    expect(received[0]?.headers["x-forwarded-proto"]).toBe("https");
  } finally {
    await secure.stop();
  }
});

/** A defect of the configuration, and the request that has to show it. */
const defects: readonly (readonly [why: string, from: string | RegExp, to: string, row: string | RegExp])[] = [
  [
    "a form that is sent to another replica",
    "proxy_next_upstream error timeout;",
    "proxy_next_upstream error timeout http_503 non_idempotent;",
    /own 503 is passed on$/u,
  ],
  ["the prefix that is kept", `proxy_pass http://${app}/;`, `proxy_pass http://${app};`, `${app} at its route`],
  ["another host", "proxy_set_header Host $http_host;", "proxy_set_header Host $proxy_host;", `${app} at its route`],
  [
    "a forged address",
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "proxy_set_header X-Forwarded-For $http_x_forwarded_for;",
    /trusts are overwritten$/u,
  ],
  ["an absolute redirect", "absolute_redirect off;", "absolute_redirect on;", /without the slash/u],
  ["a redirect that changes the method", /return 308 /gu, "return 301 ", /without the slash/u],
  ["a query that is lost", /\$is_args\$args/gu, "", /without the slash/u],
  ["no limit of a body", /client_max_body_size \S+;/u, "client_max_body_size 0;", /over the limit/u],
  ["no policy for the landing page", /add_header Content-Security-Policy [^;]*;[^\n]*/u, "", "the landing page"],
  ["a health check that fails", /return 200 '/gu, "return 500 '", "the health of the proxy"],
  ["an unknown path that succeeds", "return 404 $error_404;", "return 200 $error_404;", "an unknown path"],
  ["a page as the error of an API", /"~\^[^\n]*json;\n/gu, "", /for an API at its route$/u],
  [
    "a page for who accepts JSON",
    "$error_format {\n        default $accepted_format",
    "$error_format {\n        default html",
    /413 .* script of a page$/u,
  ],
  ["JSON for a browser", /"~\*text.html[^\n]*\n/gu, "", /413 .* for a browser$/u],
  ["JSON that is called a page", "json application/json;", "json text/html;", /413 .* script of a page$/u],
  [
    "errors of the application that are replaced",
    "proxy_intercept_errors off;",
    "proxy_intercept_errors on;",
    /own 503 is passed on$/u,
  ],
  [
    "redirects of the application that are changed",
    "proxy_redirect off;",
    "proxy_redirect ~^/(.*)$ /other/$1;",
    /own redirect/u,
  ],
];

// Each starts an nginx of its own, so they may run beside each other.
test.concurrent.each(defects)("%s is found by its request", async (_, from, to, name) => {
  const changed = configuration.replaceAll(
    from instanceof RegExp ? new RegExp(from.source, "gu") : from,
    to.replaceAll("$", "$$$$"),
  );
  expect(changed).not.toBe(configuration);
  const row = table.find((one) => (typeof name === "string" ? one.name === name : name.test(one.name)))!;
  const broken = await startProxy({ configuration: changed, catalog, env, replicas: 2 }, program, fx);
  try {
    await isReady(broken);
    // A request that nginx does not answer at all is found, too.
    const reply = await broken.send(row.port, row.path, row.sent).catch(() => undefined);
    expect(reply && outcome(row, reply)).not.toEqual(expected(row));
  } finally {
    await broken.stop();
  }
});
