import { expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { drivers } from "./drivers/drivers.ts";
import type { Cookie } from "./http/cookies.ts";
import { type Endpoint, endpoints, endpointsOf } from "./http/endpoints.ts";
import { createVisitor } from "./http/visitor.ts";
import { byName } from "./rows.ts";

/** The cookies of a visitor who signs in where that is needed, and writes something. */
async function cookiesAt(endpoint: Endpoint): Promise<readonly Cookie[]> {
  const visitor = createVisitor(endpoint);
  const { signIn, write } = drivers[endpoint.app].http;
  await signIn?.(visitor);
  await write(visitor);
  return visitor.cookies();
}

test.each(byName(endpoints))(
  "%s: cookies begin with the application's name, and are HttpOnly, SameSite and without a domain",
  async (_, endpoint) => {
    const cookies = await cookiesAt(endpoint);
    expect(cookies).not.toEqual([]);
    for (const { name, attributes } of cookies) {
      expect(name).toMatch(new RegExp(`^${endpoint.app}-(?:session|csrf)$`, "u"));
      expect(attributes.get("path")).toBe("/");
      expect(attributes.has("httponly"), name).toBe(true);
      expect(attributes.get("samesite")).toBe("Lax");
      expect(attributes.has("domain"), name).toBe(false);
    }
  },
);

test("no two applications use the same cookie name, because all ports of a host share cookies", async () => {
  const names = await Promise.all(
    appNames.map(async (app) => {
      const cookies = await Promise.all(endpointsOf(app).map(cookiesAt));
      return [...new Set(cookies.flat().map(({ name }) => name))];
    }),
  );
  expect(new Set(names.flat()).size).toBe(names.flat().length);
});
