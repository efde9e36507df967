import { type Server, createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { proxiedFetch } from "./proxied-fetch.ts";

const servers = new Set<Server>();
afterEach(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers.clear();
});

async function listening(server: Server): Promise<number> {
  servers.add(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return (server.address() as AddressInfo).port;
}

/** A proxy that leads every connection to one server, and records the hosts that it was asked for. */
async function proxyTo(port: number) {
  const hosts: string[] = [];
  const server = createServer().on("connect", ({ url }, client) => {
    hosts.push(String(url));
    const upstream = connect(port, "127.0.0.1", () => client.write("HTTP/1.1 200 Connection Established\r\n\r\n"));
    upstream.pipe(client).pipe(upstream);
    for (const socket of [upstream, client]) socket.on("error", () => undefined);
  });
  return { hosts, url: `http://127.0.0.1:${await listening(server)}` };
}

/** A server that returns the method, the host and the body of a request. */
async function echoThroughProxy() {
  const port = await listening(
    createServer(async (request, response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      response.end(`${request.method} ${request.headers.host} ${Buffer.concat(chunks).toString()}`);
    }),
  );
  return { port, proxy: await proxyTo(port) };
}

test.each(["HTTP_PROXY", "http_proxy"])("a request goes through the proxy that %s names", async (name) => {
  const { proxy } = await echoThroughProxy();
  const response = await proxiedFetch({ [name]: proxy.url }, fetch)("http://registry.invalid/v2/", { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(proxy.hosts).toEqual(["registry.invalid:80"]);
});

test("an encrypted request goes through the proxy that HTTPS_PROXY names", async () => {
  const { proxy } = await echoThroughProxy();
  const other = await proxyTo(1);
  const sent = proxiedFetch({ HTTPS_PROXY: proxy.url, HTTP_PROXY: other.url }, fetch)("https://registry.invalid/v2/");
  // Its server does not encrypt.
  await expect(sent).rejects.toThrow("fetch failed");
  expect(proxy.hosts).toEqual(["registry.invalid:443"]);
  expect(other.hosts).toEqual([]);
});

test("a body that is streamed goes through the proxy", async () => {
  const { proxy } = await echoThroughProxy();
  async function* body() {
    yield Buffer.from("layer ");
    yield Buffer.from("by layer");
  }
  const response = await proxiedFetch({ HTTP_PROXY: proxy.url }, fetch)("http://registry.invalid/", {
    method: "PUT",
    body: body() as unknown as BodyInit,
    headers: { "content-length": "14" },
    redirect: "error",
    duplex: "half",
  } as RequestInit);
  expect(await response.text()).toBe("PUT registry.invalid layer by layer");
});

test.each(["127.0.0.1", "localhost"])("a request to this machine, %s, never goes through a proxy", async (host) => {
  const { port, proxy } = await echoThroughProxy();
  const response = await proxiedFetch(
    { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url },
    fetch,
  )(`http://${host}:${port}/`);
  expect(await response.text()).toContain(host);
  expect(proxy.hosts).toEqual([]);
});

test.each(["registry.invalid", ".invalid", "other.example,registry.invalid:80", "*"])(
  "a host of NO_PROXY=%s is reached directly",
  async (noProxy) => {
    const { proxy } = await echoThroughProxy();
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: noProxy };
    await expect(proxiedFetch(env, fetch)("http://registry.invalid/")).rejects.toThrow("fetch failed");
    expect(proxy.hosts).toEqual([]);
  },
);

test("without a proxy it is the fetch that it is given", () => {
  for (const env of [{}, { HTTPS_PROXY: "" }, { NO_PROXY: "*" }]) expect(proxiedFetch(env, fetch)).toBe(fetch);
});
