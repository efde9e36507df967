import { expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { applications } from "./applications.ts";
import { type Door, at, doors, doorsOf } from "./doors.ts";
import { ask, cookiesOf } from "./http.ts";

const cookiesAt = async (door: Door) => cookiesOf(await ask(at(door, applications[door.app].cookies)));

test.each(doors)("$name: cookies carry its name and keep to themselves", async (door) => {
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
