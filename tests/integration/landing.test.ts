import { describe, expect, test } from "vitest";
import { type AppName, appNames } from "../../apps/catalog.ts";
import { endpointsOf, proxy, specOf, urlAt } from "./http/endpoints.ts";
import { applicationName, valuesOf } from "./http/html.ts";
import { request } from "./http/request.ts";

const linkTo = (app: AppName): string => specOf(app).route ?? `/${app}`;

describe("the landing page", () => {
  test("links to the applications of the catalog and to nothing else", async () => {
    const page = await request(`${proxy}/`);
    expect(page.status).toBe(200);
    expect(page.headers["content-type"]).toMatch(/^text\/html\b/u);
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.headers["x-content-type-options"]).toBe("nosniff");
    expect(applicationName(page.text)).toBe("reverse-proxy");
    expect(valuesOf(page.text, "href", "a")).toEqual(appNames.map(linkTo));
    for (const app of appNames) expect(page.text).toContain(specOf(app).title);
  });

  test.each(appNames)("has a link that leads to %s", async (app) => {
    const { route, publishedPort } = specOf(app);
    const response = await request(`${proxy}${linkTo(app)}`, { headers: { host: "localhost:8080" } });
    if (route === null) {
      // The redirect leads to the application's port on the host that the visitor named.
      expect(response.status).toBe(302);
      expect(response.headers.location).toBe(`http://localhost:${publishedPort}/`);
      // The name of a foreign host is not repeated.
      const foreign = await request(`${proxy}${linkTo(app)}`, { headers: { host: "evil.example" } });
      expect([foreign.status, foreign.headers.location]).toEqual([404, undefined]);
      expect(foreign.text).toContain(String(publishedPort));
    } else expect(applicationName(response.text)).toBe(app);
    expect((await request(urlAt(endpointsOf(app)[0], "/"))).status).toBe(200);
  });
});
