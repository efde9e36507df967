import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import { portConflicts, publishedPorts, stackPorts } from "../docker/ports.ts";
import { type Container, environmentOf, releaseEnvironment } from "../../contract/release-environment.ts";
import { variableName } from "../../contract/names.ts";
import { parsePort, usualPorts } from "../../contract/ports.ts";
import { parseTarget } from "../rollout/ssh.ts";
import { columns } from "../reports/tables.ts";

describe("ports", () => {
  test("those of the catalog, moved together", () => {
    const published = appNames.map((app) => catalog[app].publishedPort);
    expect(stackPorts(usualPorts)).toEqual([80, ...published]);
    expect(stackPorts({ http: 8080, base: 19_000 })).toEqual([8080, ...published.map((port) => port + 10_000)]);
  });

  test.each([
    { state: "free", ours: [], rootless: true, is: [] },
    { state: "taken", ours: [], rootless: false, is: ["port 80 is taken by another program"] },
    { state: "taken", ours: [80], rootless: false, is: [] },
    { state: "not permitted", ours: [], rootless: false, is: [] },
    { state: "not permitted", ours: [], rootless: true, is: ["port 80 is not permitted to an engine without root"] },
  ] as const)("port 80 $state, ours $ours, rootless $rootless", ({ state, ours, rootless, is }) =>
    expect(portConflicts(new Map([[80, state]]), { ours: new Set(ours), rootless })).toEqual(is),
  );

  test("several at once", () => {
    const states = new Map([9001, 80, 5050, 9002].map((port) => [port, port === 5050 ? "free" : "taken"] as const));
    expect(portConflicts(states, { ours: new Set(), rootless: false })).toEqual([
      "ports 80, 9001, and 9002 are taken by another program",
    ]);
  });

  test("as docker prints them", () => {
    expect(publishedPorts("0.0.0.0:80->80/tcp, [::]:80->80/tcp, 5432/tcp\n127.0.0.1:5050->5000/tcp")).toEqual(
      new Set([80, 5050]),
    );
    expect(publishedPorts("0.0.0.0:9001-9003->9001-9003/tcp")).toEqual(new Set([9001, 9002, 9003]));
  });

  test.each(["0", "-1", "65001", "80.5", "http", ""])("%j is no port", (written) =>
    expect(() => parsePort("--http-port", written)).toThrow(`--http-port is ${JSON.stringify(written)}`),
  );
});

describe("a release as compose reads it", () => {
  test("images by digest, ports where they are published", () => {
    const digest = `sha256:${"a".repeat(64)}` as const;
    const app = appNames[0]!;
    expect(releaseEnvironment("127.0.0.1:5050/wmd", { [app]: digest }, usualPorts)).toEqual({
      DOCKER_USERNAME: "127.0.0.1:5050/wmd",
      PORT_REVERSE_PROXY: "80",
      ...Object.fromEntries(appNames.map((name) => [variableName("PORT", name), String(catalog[name].publishedPort)])),
      [variableName("IMAGE", app)]: `127.0.0.1:5050/wmd/${catalog[app].image}@${digest}`,
    });
  });
});

test("what containers were started with, from what they are", () => {
  const digests = Object.fromEntries(appNames.map((app) => [app, `sha256:${"b".repeat(64)}` as const]));
  const ports = { http: 8080, base: 19_000 };
  const environment = releaseEnvironment("127.0.0.1:5050/wmd", digests, ports);
  const image = (name: string) => environment[variableName("IMAGE", name)] ?? "nginx";
  const container = (name: string, bound: Readonly<Record<string, number>>): Container => ({
    Config: { Image: image(name), Labels: { "com.docker.compose.service": name } },
    HostConfig: {
      PortBindings: Object.fromEntries(Object.entries(bound).map(([port, host]) => [port, [{ HostPort: `${host}` }]])),
    },
  });
  const routed = appNames.map((app) => catalog[app]).filter(({ route }) => route !== null);
  const containers = [
    container("reverse-proxy", {
      "80/tcp": 8080,
      ...Object.fromEntries(routed.map(({ publishedPort: port }) => [`${port}/tcp`, port + 10_000])),
    }),
    ...appNames.map((app) => {
      const { route, port, publishedPort } = catalog[app];
      return container(app, route === null ? { [`${port}/tcp`]: publishedPort + 10_000 } : {});
    }),
    container("postgres", {}),
  ];
  const { DOCKER_USERNAME: _, ...named } = environment;
  expect(environmentOf(containers)).toEqual(named);
});

describe("DEPLOY_HOST", () => {
  test.each([
    { written: "root@server.example", is: { user: "root", host: "server.example", port: 22 } },
    { written: "deploy@10.0.0.1:2222", is: { user: "deploy", host: "10.0.0.1", port: 2222 } },
  ])("$written", ({ written, is }) => expect(parseTarget(written)).toEqual(is));

  test.each(["server.example", "root@", "root@-oProxyCommand=x", "root@a b", "ssh://root@a"])(
    "%j is refused",
    (written) => expect(() => parseTarget(written)).toThrow("DEPLOY_HOST"),
  );
});

test("columns are as wide as their widest cell", () => {
  expect(
    columns([
      ["a", "bb"],
      ["ccc", "d"],
    ]),
  ).toBe("a    bb\nccc  d");
});
