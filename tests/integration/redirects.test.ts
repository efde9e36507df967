import { describe, expect, test } from "vitest";
import { applications } from "./applications.ts";
import { at, doors, named, proxy, routes } from "./doors.ts";
import { ask, target } from "./http.ts";

test.each(named(doors))("%s: its own redirect keeps the prefix", async (_, door) => {
  const { from, to } = applications[door.app].redirect;
  const answer = await ask(at(door, from));
  const found = new URL(target(answer));
  const wanted = new URL(at(door, to));
  expect(found.origin + found.pathname).toBe(wanted.origin + wanted.pathname);
  expect([...found.searchParams.keys()]).toEqual([...wanted.searchParams.keys()]);
});

describe.each(named(routes))("%s", (_, { prefix }) => {
  test.each(["", "?a=1&b=two%20words&c=%2F"])(
    "without the last slash and with the query '%s' leads to it",
    async (query) => {
      const answer = await ask(`${proxy}${prefix}${query}`);
      expect(answer.status).toBe(308);
      // Without a host: this one may not be the visitor's.
      expect(answer.headers.location).toBe(`${prefix}/${query}`);
    },
  );
});
