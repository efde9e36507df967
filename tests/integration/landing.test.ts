import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { at, doorsOf, proxy, spec } from "./doors.ts";
import { applicationName, valuesOf } from "./html.ts";
import { ask } from "./http.ts";

const entry = (app: (typeof appNames)[number]): string => spec(app).route ?? `/${app}`;

describe("the landing page", () => {
  test("lists the catalog's applications and nothing else", async () => {
    const page = await ask(`${proxy}/`);
    expect(page.status).toBe(200);
    expect(page.headers["content-type"]).toMatch(/^text\/html\b/u);
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.headers["x-content-type-options"]).toBe("nosniff");
    expect(applicationName(page.text)).toBe("reverse-proxy");
    expect(valuesOf(page.text, "href", "a")).toEqual(appNames.map(entry));
    for (const app of appNames) expect(page.text).toContain(spec(app).title);
  });

  test.each(appNames)("leads to %s", async (app) => {
    const answer = await ask(`${proxy}${entry(app)}`, { headers: { host: "shop.example:8080" } });
    if (spec(app).route === null) {
      // Who is not behind the proxy is reached under the visitor's own name for this host.
      expect(answer.status).toBe(302);
      expect(answer.headers.location).toBe(`http://shop.example:${spec(app).publishedPort}/`);
    } else expect(applicationName(answer.text)).toBe(app);
    const [door] = doorsOf(app);
    expect((await ask(at(door ?? ({ origin: proxy, prefix: "" } as never), "/"))).status).toBe(200);
  });
});
