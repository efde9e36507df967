/** What the proxy believes about its clients, what it lets them use, and what it logs, in its real configuration. */
import { type IncomingHttpHeaders, request as send } from "node:http";
import { type Socket, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type AppSpec, appNames, catalog, prefixOf, routed } from "../../apps/catalog.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { docker } from "../../scripts/docker/docker.ts";
import { nginxConf } from "../../workflows-src/stack/nginx.ts";
import { perClient, requestsPerReplica } from "../../workflows-src/stack/proxy-capacity.ts";
import { healthTest, publishedPorts } from "../../workflows-src/stack/proxy-settings.ts";
import { createProxy, createReplica, publishedAt } from "./proxy-container.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const [[first, firstApp], [second, secondApp]] = routed(catalog) as [
  ReturnType<typeof routed>[number],
  ReturnType<typeof routed>[number],
];
const elsewhere = appNames.find((name) => catalog[name].route === null);
const movedPort = 19_005;
const origin = "https://shop.example:8443";

const usual = `wmd-clients-${process.pid}`;
const trusting = `${usual}-trusting`;
const strict = `${usual}-strict`;
const proxies = [
  { name: usual, env: {} },
  // The tests reach the proxies through the gateway of the engine's network, which has a private address.
  { name: trusting, env: { TRUSTED_PROXIES: "10.0.0.0/8, 172.16.0.0/12,192.168.0.0/16", PUBLIC_ORIGIN: origin } },
  { name: strict, env: { TRUSTED_PROXIES: "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16" } },
];
/** The rate that a slow machine exceeds, too. */
const configurationOf = (name: string): string =>
  name === strict
    ? nginxConf(catalog)
        .replace(`rate=${perClient.requestsPerSecond}r/s`, "rate=1r/m")
        .replace(`burst=${perClient.burst}`, "burst=5")
    : nginxConf(catalog);

const port80 = new Map<string, string>();
let ownPort = "";

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request whose `Host` may be anything, which `fetch` does not allow. */
async function get(url: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = send(url, { headers, method, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on("error", reject);
    });
    sent.on("error", reject).end();
  });
}
const at = (name: string, path: string): string => `http://${port80.get(name)}${path}`;

const patience = { timeout: 30_000 };
async function answers(name: string, path: string): Promise<void> {
  const { status } = await get(at(name, path));
  if (status !== 200) throw new Error(`${path} answers ${status}`);
}

beforeAll(async () => {
  for (const { name, env } of proxies) {
    const ports = { PUBLISHED_PORTS: publishedPorts(catalog, () => `127.0.0.1:${movedPort}`) };
    const configuration = configurationOf(name);
    await createProxy({ name, configuration, ports: [80, firstApp.publishedPort], env: { ...ports, ...env } }, fx);
    for (const [app, { port }] of [
      [first, firstApp],
      [second, secondApp],
    ] as const)
      await createReplica({ network: name, name: `${name}-${app}`, app, port }, 0, fx);
    await fx.output(docker.startAgain(`${name}-${first}`, `${name}-${second}`, name));
    port80.set(name, await publishedAt(name, 80, fx));
    for (const { route } of [firstApp, secondApp]) await vi.waitFor(async () => answers(name, route), patience);
  }
  ownPort = `http://${await publishedAt(usual, firstApp.publishedPort, fx)}`;
});

afterAll(async () => {
  for (const { name } of proxies) {
    await fx.cleanUp(docker.remove(name, `${name}-${first}`, `${name}-${second}`));
    await fx.cleanUp(docker.removeNetwork(name));
  }
});

describe("the address of a visitor", () => {
  const claim = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };
  const received = async (name: string, headers: Readonly<Record<string, string>>) => {
    const reply = await get(at(name, `${firstApp.route}headers`), headers);
    const { "x-forwarded-for": address, "x-forwarded-proto": scheme } = JSON.parse(reply.text) as IncomingHttpHeaders;
    return { address, scheme, security: reply.headers["strict-transport-security"] };
  };

  test("is the one of the connection where no proxy is trusted", async () => {
    const { address, scheme, security } = await received(usual, claim);
    expect(address).not.toBe("203.0.113.9");
    expect([scheme, security]).toEqual(["http", undefined]);
  });
  test("is the one that a trusted proxy names", async () =>
    expect(await received(trusting, claim)).toEqual({
      address: "203.0.113.9",
      scheme: "https",
      security: expect.stringMatching(/^max-age=\d{8}$/u) as string,
    }));
  test("is the last that is not itself a trusted proxy", async () =>
    expect(await received(trusting, { "x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.1.1.1" })).toEqual({
      address: "203.0.113.9",
      scheme: "http",
      security: undefined,
    }));
  test("with several schemes, is reached by the scheme of the connection", async () =>
    expect((await received(trusting, { "x-forwarded-proto": "https, http" })).scheme).toBe("http"));
});

describe("the link to an application that publishes its own port", () => {
  const location = async (name: string, headers: Readonly<Record<string, string>>) =>
    (await get(at(name, `/${elsewhere}`), headers)).headers.location;

  test.each(["localhost", "localhost:8080", "127.0.0.1", "192.168.1.7:80", "myhost", "[::1]:8080"])(
    "leads to the published port on the local host %s",
    async (host) => expect(await location(usual, { host })).toBe(`http://${host.replace(/:\d+$/u, "")}:${movedPort}/`),
  );
  test.each(["evil.example", "evil.example:80", "203.0.113.9", "localhost.evil.example"])(
    "does not lead to %s, which may be anybody's: a page names the port",
    async (host) => {
      const { status, headers, text } = await get(at(usual, `/${elsewhere}`), { host });
      expect([status, headers.location]).toEqual([404, undefined]);
      expect(text).toContain(String(movedPort));
      expect(text).not.toContain("evil");
    },
  );
  test("leads to the public host, by the visitor's scheme", async () => {
    const host = "evil.example";
    expect(await location(trusting, { host, "x-forwarded-proto": "https" })).toBe(`https://shop.example:${movedPort}/`);
    expect(await location(trusting, { host })).toBe(`http://shop.example:${movedPort}/`);
  });
});

describe.each([
  { TRUSTED_PROXIES: "10.0.0.0/8; deny all" },
  { TRUSTED_PROXIES: "balancer" },
  { TRUSTED_PROXIES: "0.0.0.0/0" },
  { PUBLIC_ORIGIN: "shop.example" },
  { PUBLIC_ORIGIN: 'https://x"; deny all' },
])("%j", (env) => {
  test("is refused by one line that names the variable", async () => {
    const [name = ""] = Object.keys(env);
    const container = `${usual}-refused`;
    await createProxy({ name: container, configuration: nginxConf(catalog), ports: [], env }, fx);
    try {
      const { code, stdout, stderr } = await fx.tryRun(docker.start(container));
      expect(code).toBe(78);
      expect(stdout).toBe("");
      expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(name)]);
    } finally {
      await fx.cleanUp(docker.remove(container));
      await fx.cleanUp(docker.removeNetwork(container));
    }
  });
});

describe("limits", () => {
  test("an application that has all the requests it may have answers 503 at once, and the others are served", async () => {
    const most = requestsPerReplica(firstApp);
    const excess = 6;
    const hanging = Array.from({ length: most + excess }, async () => {
      const reply = await get(at(usual, `${firstApp.route}hang`), {}, "POST").catch(() => undefined);
      return reply;
    });
    const refused: Reply[] = [];
    for (const reply of hanging) void reply.then((one) => one && refused.push(one));
    await expect.poll(() => refused.length, patience).toBe(excess);
    for (const { status, headers, text } of refused) {
      expect([status, headers["retry-after"]]).toEqual([503, "5"]);
      expect(text).toContain('content="reverse-proxy"');
    }
    expect((await get(at(usual, secondApp.route))).status).toBe(200);
    await fx.output(docker.kill("KILL", `${usual}-${first}`));
    await Promise.all(hanging);
    await fx.output(docker.startAgain(`${usual}-${first}`));
    await vi.waitFor(async () => answers(usual, firstApp.route), patience);
  });

  test("an address on the internet has a rate, an address that many share has none", async () => {
    const statuses = async (address: string) => {
      const replies: Reply[] = [];
      for (let sent = 0; sent < 20; sent++)
        replies.push(await get(at(strict, firstApp.route), { "x-forwarded-for": address }));
      return replies;
    };
    const limited = await statuses("203.0.113.9");
    expect(limited.filter(({ status }) => status === 200)).toHaveLength(6);
    const refused = limited.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(14);
    for (const { headers } of refused) expect(headers["retry-after"]).toBe("1");
    for (const { status } of await statuses("10.1.1.1")) expect(status).toBe(200);
    // The addresses of one IPv6 network are one client.
    const network = [];
    for (let sent = 0; sent < 20; sent++)
      network.push(await get(at(strict, firstApp.route), { "x-forwarded-for": `2001:db8::${sent}` }));
    expect(network.filter(({ status }) => status === 200)).toHaveLength(6);
    expect((await get(at(strict, firstApp.route), { "x-forwarded-for": "2001:db8:0:1::1" })).status).toBe(200);
  });

  /** Opens connections that send this and no more, and returns what each has received. */
  const open = async (count: number, text: string): Promise<readonly { socket: Socket; received: string }[]> => {
    const [host = "", port = ""] = (port80.get(trusting) ?? "").split(":");
    return Promise.all(
      Array.from(
        { length: count },
        async () =>
          new Promise<{ socket: Socket; received: string }>((resolve, reject) => {
            const socket = connect(Number(port), host);
            const connection = { socket, received: "" };
            socket.setEncoding("utf8").on("data", (chunk: string) => (connection.received += chunk));
            socket.on("error", reject);
            socket.on("connect", () => socket.write(text, () => resolve(connection)));
          }),
      ),
    );
  };
  const close = (connections: readonly { readonly socket: Socket }[]) => {
    for (const { socket } of connections) socket.on("error", () => undefined).destroy();
  };
  const slowBody = (address: string) =>
    `POST ${firstApp.route} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\nContent-Length: 1000\r\n\r\nab`;

  test("one address on the internet cannot hold more than its share of connections with slow bodies", async () => {
    const excess = 10;
    const slow = await open(perClient.requests + excess, slowBody("203.0.113.9"));
    await expect.poll(() => slow.filter(({ received }) => received !== "").length, { timeout: 9000 }).toBe(excess);
    for (const { received } of slow.filter((one) => one.received !== "")) expect(received).toMatch(/^HTTP\/1.1 503 /u);
    expect((await get(at(trusting, firstApp.route), { "x-forwarded-for": "203.0.113.10" })).status).toBe(200);
    close(slow);
  });

  test.each([
    ["half-sent heads", "GET / HTTP/1.1\r\nHost: x\r\n"],
    ["idle connections", ""],
    ["slow bodies from a private address", slowBody("10.1.1.1")],
  ])("with 2,000 %s the proxy is healthy, and serves others", async (_, text) => {
    const slow = await open(2000, text);
    expect((await fx.tryRun(["docker", "exec", trusting, ...healthTest.slice(1)])).code).toBe(0);
    expect((await get(at(trusting, firstApp.route))).status).toBe(200);
    close(slow);
  });
});

describe("a request that the proxy refuses itself", () => {
  const long = "x".repeat(9000);
  test.each([
    ["a body that is too large", "POST", "", { "content-length": "3000000" }, 413],
    ["an address that is too long", "GET", `?${long}`, {}, 414],
    ["a header that is too large", "GET", "", { cookie: long }, 431],
  ])("%s", async (_, method, query, headers, status) => {
    const reply = await get(at(usual, firstApp.route + query), headers, method);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain('content="reverse-proxy"');
    expect(reply.text).not.toContain("<center>");
  });
});

describe("the logs", () => {
  const key = "k7Yq-secret-0123456789";
  const secret = Object.values<AppSpec>(catalog).flatMap((app) =>
    (app.secretPaths ?? []).map((path) => path.replace("*", key)),
  );
  const addressed = Object.values<AppSpec>(catalog).flatMap((app) =>
    (app.secretPaths ?? []).map((path) => `${prefixOf(app)}${path.replace("*", key)}`),
  );

  test("do not hold the key of a page, wherever and however it is requested", async () => {
    for (const path of addressed)
      for (const form of [path, `${path}/`, `${path}/more?a=1`, path.toUpperCase().replace(key.toUpperCase(), key)])
        await get(at(usual, form), { referer: at(usual, path) });
    for (const path of secret)
      for (const form of [`${path}/`, `/.${path}`, `/${path}`, path.replace("/", "/%2e/"), `${path}%0A`])
        await get(ownPort + form, { referer: ownPort + path });
    // No replica answers: nginx itself would log the request.
    await fx.output(docker.kill("KILL", `${usual}-${first}`));
    for (const path of secret) await get(`${ownPort}${path}/`, { referer: ownPort + path });
    await fx.output(docker.startAgain(`${usual}-${first}`));
    const { stdout, stderr } = await fx.tryRun(docker.output(usual));
    expect(stdout + stderr).not.toContain(key);
    for (const path of secret) expect(stdout).toContain(`"path":"${path.replace(key, "*")}/"`);
  });
});
