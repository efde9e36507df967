import { describe, expect, test } from "vitest";
import { type AppSpec, appNames, catalog } from "../../apps/catalog.ts";
import { usualPorts } from "../../contract/ports.ts";
import { type Answer, endpoints, unanswered } from "./smoke-test.ts";

const digest = `sha256:${"a".repeat(64)}`;
const old = `sha256:${"b".repeat(64)}`;
const app = appNames[0]!;
const [own] = endpoints(app, "host", usualPorts);
const answer = (replica: string, release = digest, from: string = app): Answer => ({
  app: from,
  replica,
  release: `registry/x@${release}`,
});
const { replicas: count } = catalog[app];
const replicas = Array.from({ length: count }, (_, index) => `r${index}`);

test.each(appNames)("%s has an endpoint at its own port, and one at its route when it has a route", (name) => {
  const { publishedPort, route }: AppSpec = catalog[name];
  const urls = (port: number, http: number) => [
    `http://host:${port}/`,
    ...(route === null ? [] : [`http://host:${http}${route}`]),
  ];
  expect(endpoints(name, "host", usualPorts).map(({ url }) => url)).toEqual(urls(publishedPort, 80));
  expect(endpoints(name, "host", { http: 8080, base: 19_000 }).map(({ url }) => url)).toEqual(
    urls(publishedPort + 10_000, 8080),
  );
});

describe("an endpoint is done when each replica has answered with the release", () => {
  test.each([
    { name: "all replicas", answers: replicas.map((name) => answer(name)), is: undefined },
    {
      name: "one replica often",
      answers: [...replicas, "again"].map(() => answer("r0")),
      is: replicas.length === 1 ? undefined : `1 of ${count} replicas`,
    },
    { name: "the old release", answers: replicas.map((name) => answer(name, old)), is: `0 of ${count} replicas` },
    {
      name: "another application",
      answers: replicas.map((name) => answer(name, digest, "another-app")),
      is: "another-app",
    },
    { name: "nobody", answers: ["502 Bad Gateway"], is: "502 Bad Gateway" },
    { name: "no answer yet", answers: [], is: `0 of ${count} replicas` },
  ])("$name", ({ answers, is }) => {
    const finding = own && unanswered(own, digest, answers);
    if (is === undefined) expect(finding).toBeUndefined();
    else expect(finding).toContain(is);
  });
});
