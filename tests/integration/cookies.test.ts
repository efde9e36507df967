import { expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { applications } from "./applications.ts";
import { type Door, doors, doorsOf, named } from "./doors.ts";
import { type Cookie, visitor } from "./http.ts";

/** What somebody is given who signs in where that is needed, and writes something. */
async function cookiesAt(door: Door): Promise<readonly Cookie[]> {
  const someone = visitor(door);
  const { enter, write } = applications[door.app];
  await enter?.(someone);
  await write(someone);
  return someone.cookies();
}

test.each(named(doors))("%s: cookies carry its name and keep to themselves", async (_, door) => {
  const cookies = await cookiesAt(door);
  expect(cookies).not.toEqual([]);
  for (const { name, attributes } of cookies) {
    expect(name).toMatch(new RegExp(`^${door.app}-(?:session|csrf)$`, "u"));
    expect(attributes.get("path")).toBe("/");
    expect(attributes.has("httponly"), name).toBe(true);
    expect(attributes.get("samesite")).toBe("Lax");
    expect(attributes.has("domain"), name).toBe(false);
  }
});

test("no two applications share the name of a cookie, since ports of one host share cookies", async () => {
  const names = await Promise.all(
    appNames.map(async (app) => {
      const cookies = await Promise.all(doorsOf(app).map(cookiesAt));
      return [...new Set(cookies.flat().map(({ name }) => name))];
    }),
  );
  expect(new Set(names.flat()).size).toBe(names.flat().length);
});
