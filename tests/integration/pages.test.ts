import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { at, doors, named, proxy } from "./doors.ts";
import { applicationName, styleSheets, valuesOf } from "./html.ts";
import { type Answer, ask, replicaOf } from "./http.ts";

/** What every page of every application says to a browser. */
function expectHardened({ headers }: Answer): void {
  expect(headers["content-type"]).toMatch(/^text\/html\b/u);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("same-origin");
  const policy = new Map(
    String(headers["content-security-policy"])
      .split("; ")
      .map((one) => [one.split(" ")[0], one]),
  );
  expect(policy.get("default-src")).toBe("default-src 'self'");
  expect(policy.get("frame-ancestors")).toBe("frame-ancestors 'none'");
  expect(policy.get("base-uri")).toBe("base-uri 'none'");
  expect(policy.get("script-src") ?? "").not.toContain("unsafe");
  expect(headers["x-request-id"]).toMatch(/^[A-Za-z0-9._-]{8,64}$/u);
  expect(headers["x-replica"]).toMatch(/^[0-9a-f]{12}$/u);
}

describe.each(named(doors))("%s", (_, door) => {
  test("shows its main page", async () => {
    const page = await ask(at(door, "/"));
    expect(page.status).toBe(200);
    expect(applicationName(page.text)).toBe(door.app);
    expectHardened(page);
  });

  test("has a page of its own for what is not there", async () => {
    const [main, missing] = await Promise.all([ask(at(door, "/")), ask(at(door, `/no-such-page-${randomUUID()}`))]);
    expect(missing.status).toBe(404);
    expect(applicationName(missing.text)).toBe(door.app);
    expect(styleSheets(missing.text)).not.toEqual([]);
    expect(styleSheets(missing.text)).toEqual(styleSheets(main.text));
    expectHardened(missing);
  });

  test("tells that it lives, and that its database answers", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      const health = await ask(at(door, path));
      expect(health.status).toBe(200);
      expect(health.headers["content-type"]).toBe("application/json");
      expect(health.headers["cache-control"]).toBe("no-store");
      expect(JSON.parse(health.text)).toEqual({
        status: "ok",
        app: door.app,
        release: expect.stringMatching(/./u),
        replica: replicaOf(health),
      });
    }
  });

  test("keeps the name of a request that is well-formed, and replaces another", async () => {
    const name = `test-${randomUUID()}`;
    const kept = await ask(at(door, "/healthz"), { headers: { "x-request-id": name } });
    expect(kept.headers["x-request-id"]).toBe(name);
    for (const malformed of ["short", "with space in it", `${name}"}`, "x".repeat(65)]) {
      const { headers } = await ask(at(door, "/healthz"), { headers: { "x-request-id": malformed } });
      expect(headers["x-request-id"]).toMatch(/^[A-Za-z0-9._-]{8,64}$/u);
      expect(headers["x-request-id"]).not.toBe(malformed);
    }
  });
});

describe("reverse-proxy on 80", () => {
  test("tells that it lives", async () => {
    const health = await ask(`${proxy}/healthz`);
    expect(health.status).toBe(200);
    expect(JSON.parse(health.text)).toMatchObject({ status: "ok", app: "reverse-proxy" });
  });

  test.each([
    "/no-such-route",
    "/readyz",
    "/index.html/x",
    ...doors.filter(({ prefix }) => prefix).map(({ prefix }) => `${prefix}x/`),
  ])("knows no %s", async (path) => {
    const missing = await ask(`${proxy}${path}`);
    expect(missing.status).toBe(404);
    expect(missing.headers["x-replica"]).toBeUndefined();
    expect(valuesOf(missing.text, "href", "a", "link")).toEqual([]);
  });
});
