import { describe, expect, test } from "vitest";
import { applications } from "./applications.ts";
import { type Door, at, doors, isInside, named } from "./doors.ts";
import { applicationName, filesOf, valuesOf } from "./html.ts";
import { type Answer, ask, cookiesOf, target } from "./http.ts";

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

/** What somebody pretends to be, in headers that only a proxy may send, or as the host that they ask for. */
const forgeries = [
  { name: "forwarded headers", headers: forwarded },
  { name: "a prefix that is no path", headers: { "x-forwarded-prefix": `//${host}` } },
  { name: "another host", headers: { host } },
  { name: "all of them", headers: { ...forwarded, host } },
];

function expectUnmoved(door: Door, answer: Answer): void {
  expect(answer.text).not.toMatch(/evil/u);
  expect(JSON.stringify(answer.headers)).not.toMatch(/evil/u);
  for (const { name, attributes } of cookiesOf(answer)) {
    expect(attributes.get("path"), name).toBe("/");
    expect([...attributes.keys()], name).not.toContain("domain");
    expect([...attributes.keys()], name).not.toContain("secure");
  }
  const addresses = [
    ...filesOf(answer.text),
    ...valuesOf(answer.text, "href", "a"),
    ...valuesOf(answer.text, "action", "form"),
  ];
  for (const address of addresses) expect(isInside(door, new URL(address, answer.url).href), address).toBe(true);
}

describe.each(named(doors))("%s", (_, door) => {
  test.each(named(forgeries))("is not moved by %s", async (_forgery, { headers }) => {
    const { redirect, form } = applications[door.app];
    const page = await ask(at(door, "/"), { headers });
    expect(page.status).toBe(200);
    expect(applicationName(page.text)).toBe(door.app);
    expectUnmoved(door, page);
    expectUnmoved(door, await ask(at(door, form), { headers }));
    expectUnmoved(door, await ask(at(door, "/no-such-page"), { headers }));
    const redirected = await ask(at(door, redirect.from), { headers });
    expect(isInside(door, target(redirected)), redirected.headers.location).toBe(true);
    expectUnmoved(door, { ...redirected, text: "" });
  });
});
