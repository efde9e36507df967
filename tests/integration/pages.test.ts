import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { endpoints, proxy, routedEndpoints, urlAt } from "./http/endpoints.ts";
import { applicationName, styleSheets, valuesOf } from "./http/html.ts";
import { type HttpResponse, replicaOf, request } from "./http/request.ts";
import { byName } from "./rows.ts";

/** The headers of every page of every application. */
function expectSecurityHeaders({ headers }: HttpResponse): void {
  expect(headers["content-type"]).toMatch(/^text\/html\b/u);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("same-origin");
  const policy = new Map(
    String(headers["content-security-policy"])
      .split("; ")
      .map((directive) => [directive.split(" ")[0], directive]),
  );
  expect(policy.get("default-src")).toBe("default-src 'self'");
  expect(policy.get("frame-ancestors")).toBe("frame-ancestors 'none'");
  expect(policy.get("base-uri")).toBe("base-uri 'none'");
  expect(policy.get("script-src") ?? "").not.toContain("unsafe");
  expect(headers["x-request-id"]).toMatch(/^[A-Za-z0-9._-]{8,64}$/u);
  expect(headers["x-replica"]).toMatch(/^[0-9a-f]{12}$/u);
}

describe.each(byName(endpoints))("%s", (_, endpoint) => {
  test("shows its start page", async () => {
    const page = await request(urlAt(endpoint, "/"));
    expect(page.status).toBe(200);
    expect(applicationName(page.text)).toBe(endpoint.app);
    expectSecurityHeaders(page);
  });

  test("has a 404 page with the style sheets of the start page", async () => {
    const [start, unknown] = (await Promise.all(
      ["/", `/no-such-page-${randomUUID()}`].map(async (path) => request(urlAt(endpoint, path))),
    )) as [HttpResponse, HttpResponse];
    expect(unknown.status).toBe(404);
    expect(applicationName(unknown.text)).toBe(endpoint.app);
    expect(styleSheets(unknown.text)).not.toEqual([]);
    expect(styleSheets(unknown.text)).toEqual(styleSheets(start.text));
    expectSecurityHeaders(unknown);
  });

  test("is alive, and ready with its database", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      const health = await request(urlAt(endpoint, path));
      expect(health.status).toBe(200);
      expect(health.headers["content-type"]).toBe("application/json");
      expect(health.headers["cache-control"]).toBe("no-store");
      expect(JSON.parse(health.text)).toEqual({
        status: "ok",
        app: endpoint.app,
        release: expect.stringMatching(/./u),
        replica: replicaOf(health),
      });
    }
  });

  test("keeps a well-formed request id, and replaces a malformed one", async () => {
    const id = `test-${randomUUID()}`;
    const kept = await request(urlAt(endpoint, "/healthz"), { headers: { "x-request-id": id } });
    expect(kept.headers["x-request-id"]).toBe(id);
    for (const malformed of ["short", "with space in it", `${id}"}`, "x".repeat(65)]) {
      const { headers } = await request(urlAt(endpoint, "/healthz"), { headers: { "x-request-id": malformed } });
      expect(headers["x-request-id"]).toMatch(/^[A-Za-z0-9._-]{8,64}$/u);
      expect(headers["x-request-id"]).not.toBe(malformed);
    }
  });
});

describe("port 80 of the proxy", () => {
  test("is alive", async () => {
    const health = await request(`${proxy}/healthz`);
    expect(health.status).toBe(200);
    expect(JSON.parse(health.text)).toMatchObject({ status: "ok", app: "reverse-proxy" });
  });

  test.each(["/no-such-route", "/readyz", "/index.html/x", ...routedEndpoints.map(({ prefix }) => `${prefix}x/`)])(
    "answers 404 to %s by itself, and without links",
    async (path) => {
      const unknown = await request(`${proxy}${path}`);
      expect(unknown.status).toBe(404);
      expect(unknown.headers["x-replica"]).toBeUndefined();
      expect(valuesOf(unknown.text, "href", "a", "link")).toEqual([]);
    },
  );
});
