import { describe, expect, test } from "vitest";
import { drivers } from "./drivers/drivers.ts";
import { cookiesOf } from "./http/cookies.ts";
import { type Endpoint, endpoints, isInside, urlAt } from "./http/endpoints.ts";
import { applicationName, filesOf, valuesOf } from "./http/html.ts";
import { type HttpResponse, redirectTarget, request } from "./http/request.ts";
import { byName } from "./rows.ts";

const host = "evil.example";
const forwarded = {
  forwarded: `for=203.0.113.9;host=${host};proto=https`,
  "x-forwarded-for": "203.0.113.9",
  "x-forwarded-host": host,
  "x-forwarded-port": "8443",
  "x-forwarded-prefix": "/evil",
  "x-forwarded-proto": "https",
  "x-forwarded-ssl": "on",
  "x-original-url": "/evil",
  "x-real-ip": "203.0.113.9",
  "x-rewrite-url": "/evil",
  "x-script-name": "/evil",
};

/** Headers that only a trusted proxy may set, and a host that is not the machine's. */
const forgeries = [
  { name: "forwarded headers", headers: forwarded },
  { name: "a prefix that is not a path", headers: { "x-forwarded-prefix": `//${host}` } },
  { name: "another host", headers: { host } },
  { name: "all of them", headers: { ...forwarded, host } },
];

function expectUnaffected(endpoint: Endpoint, response: HttpResponse): void {
  expect(response.text).not.toMatch(/evil/u);
  expect(JSON.stringify(response.headers)).not.toMatch(/evil/u);
  for (const { name, attributes } of cookiesOf(response)) {
    expect(attributes.get("path"), name).toBe("/");
    expect([...attributes.keys()], name).not.toContain("domain");
    expect([...attributes.keys()], name).not.toContain("secure");
  }
  const addresses = [
    ...filesOf(response.text),
    ...valuesOf(response.text, "href", "a"),
    ...valuesOf(response.text, "action", "form"),
  ];
  for (const address of addresses) expect(isInside(endpoint, new URL(address, response.url).href), address).toBe(true);
}

describe.each(byName(endpoints))("%s", (_, endpoint) => {
  test.each(byName(forgeries))("its addresses are not changed by %s", async (_forgery, { headers }) => {
    const { redirect, formPath } = drivers[endpoint.app].http;
    const page = await request(urlAt(endpoint, "/"), { headers });
    expect(page.status).toBe(200);
    expect(applicationName(page.text)).toBe(endpoint.app);
    expectUnaffected(endpoint, page);
    expectUnaffected(endpoint, await request(urlAt(endpoint, formPath), { headers }));
    expectUnaffected(endpoint, await request(urlAt(endpoint, "/no-such-page"), { headers }));
    const redirected = await request(urlAt(endpoint, redirect.from), { headers });
    expect(isInside(endpoint, redirectTarget(redirected)), redirected.headers.location).toBe(true);
    expectUnaffected(endpoint, { ...redirected, text: "" });
  });
});
