import { describe, expect, test } from "vitest";
import { catalog } from "../../apps/catalog.ts";
import { usualPorts } from "../../contract/ports.ts";
import { type Answer, endpoints, unanswered } from "./smoke-test.ts";

const digest = `sha256:${"a".repeat(64)}`;
const old = `sha256:${"b".repeat(64)}`;
const [own, routed] = endpoints("rocket-ecommerce", "host", usualPorts);
const answer = (replica: string, release = digest, app = "rocket-ecommerce"): Answer => ({
  app,
  replica,
  release: `registry/x@${release}`,
});
const { publishedPort, route, replicas: count } = catalog["rocket-ecommerce"];
const replicas = Array.from({ length: count }, (_, index) => `r${index}`);

test("an application has an endpoint at its own port, and one at its route when it has a route", () => {
  expect([own?.url, routed?.url]).toEqual([`http://host:${publishedPort}/`, `http://host:80${route}`]);
  expect(endpoints("docs-django-grafana", "host", { http: 8080, base: 19_000 }).map(({ url }) => url)).toEqual([
    `http://host:${catalog["docs-django-grafana"].publishedPort + 10_000}/`,
  ]);
});

describe("an endpoint is done when each replica has answered with the release", () => {
  test.each([
    { name: "all replicas", answers: replicas.map((name) => answer(name)), is: undefined },
    { name: "one replica often", answers: replicas.map(() => answer("r0")), is: `1 of ${count} replicas` },
    { name: "the old release", answers: replicas.map((name) => answer(name, old)), is: `0 of ${count} replicas` },
    {
      name: "another application",
      answers: replicas.map((name) => answer(name, digest, "flask-soft-ui")),
      is: "flask-soft-ui",
    },
    { name: "nobody", answers: ["502 Bad Gateway"], is: "502 Bad Gateway" },
    { name: "no answer yet", answers: [], is: "0 of 5 replicas" },
  ])("$name", ({ answers, is }) => {
    const finding = own && unanswered(own, digest, answers);
    if (is === undefined) expect(finding).toBeUndefined();
    else expect(finding).toContain(is);
  });
});
