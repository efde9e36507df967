import { describe, expect, test } from "vitest";
import { drivers } from "./drivers/drivers.ts";
import { endpoints, proxy, routedEndpoints, urlAt } from "./http/endpoints.ts";
import { redirectTarget, request } from "./http/request.ts";
import { byName } from "./rows.ts";

test.each(byName(endpoints))("%s: a redirect of the application keeps the prefix", async (_, endpoint) => {
  const { from, to } = drivers[endpoint.app].http.redirect;
  const actual = new URL(redirectTarget(await request(urlAt(endpoint, from))));
  const expected = new URL(urlAt(endpoint, to));
  expect(actual.origin + actual.pathname).toBe(expected.origin + expected.pathname);
  expect([...actual.searchParams.keys()]).toEqual([...expected.searchParams.keys()]);
});

describe.each(byName(routedEndpoints))("%s", (_, { prefix }) => {
  test.each(["", "?a=1&b=two%20words&c=%2F"])(
    "the route without its trailing slash and with the query '%s' redirects to the route",
    async (query) => {
      const { status, headers } = await request(`${proxy}${prefix}${query}`);
      expect(status).toBe(308);
      // The location has no host, because the proxy does not know under which one the visitor reaches it.
      expect(headers.location).toBe(`${prefix}/${query}`);
    },
  );
});
