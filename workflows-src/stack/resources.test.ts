/** Every service has limits, whatever the catalog contains. */
import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import { live, stack, tests } from "../testing/stack-files.ts";
import { catalogFindings } from "../catalog-rules.ts";
import { another, anotherName, withAnother } from "../testing/another-application.ts";
import { proxyCapacity } from "./proxy-capacity.ts";
import { scratchMiB, withLimits } from "./resources.ts";
import { databaseConnections } from "./services.ts";

const files = { live, tests, stack };
const mebibytes = (written: string | undefined): number => Number(/^(\d+)M$/u.exec(written ?? "")?.[1]);

describe.each(Object.entries(files))("%s", (flavour, file) => {
  const services = Object.entries(file.services);

  test.each(services)("%s has a limit of memory and of processes, and a log that ends", (name, service) => {
    const limits = service.deploy?.resources?.limits;
    expect(mebibytes(limits?.memory), name).toBeGreaterThanOrEqual(32);
    expect(limits?.pids, name).toBeGreaterThanOrEqual(16);
    const { driver, options } = service.logging ?? {};
    expect(driver).toBe("json-file");
    expect(options?.["max-size"]).toMatch(/^\d{1,2}m$/u);
    expect(Number(options?.["max-file"])).toBeGreaterThan(1);
  });

  test.each(services)("the temporary file systems of %s have a size, which fits its memory", (_, service) => {
    const mounts = (service.volumes ?? []).flatMap((volume) =>
      typeof volume === "object" && "type" in volume && volume.type === "tmpfs" ? [volume as Mount] : [],
    );
    const sizes = [
      ...(service.tmpfs ?? []).map((mount) => Number(/[:,]size=(\d+)m(?:,|$)/u.exec(mount)?.[1])),
      ...mounts.map(({ tmpfs }) => Number(tmpfs?.size) / 1024 ** 2),
    ];
    expect(sizes.length).toBeGreaterThan(0);
    for (const size of sizes) expect(size).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(
      mebibytes(service.deploy?.resources?.limits?.memory),
    );
  });

  test.each(appNames)("a replica of %s has the memory of the catalog", (name) => {
    for (const service of [name, `${name}-prepare`])
      expect(mebibytes(file.services[service]?.deploy?.resources?.limits?.memory)).toBe(catalog[name].memory);
  });

  test("Postgres may start a process for each connection", () =>
    expect(file.services["postgres"]?.deploy?.resources?.limits?.pids).toBeGreaterThan(databaseConnections));

  test("the proxy may open as many files as its configuration says", () => {
    const { perWorker, memoryMiB } = proxyCapacity(catalog);
    const { ulimits, deploy } = file.services["reverse-proxy"]!;
    expect(ulimits).toEqual({ nofile: { soft: perWorker.files, hard: perWorker.files } });
    expect(mebibytes(deploy?.resources?.limits?.memory)).toBe(memoryMiB);
  });

  if (flavour === "stack") return;
  test("no service mounts more than is listed in `tmpfs`", () =>
    expect(JSON.stringify(services.map(([, { volumes }]) => volumes))).not.toContain("tmpfs"));
});

interface Mount {
  readonly tmpfs?: { readonly size?: number };
}

test("a service without limits is an error that names it", () =>
  expect(() => withLimits({ stray: {} }, catalog)).toThrow("stray"));

test("the limits keep what the service says about its deployment", () =>
  expect(withLimits({ postgres: { deploy: { replicas: 2 } } }, catalog)).toMatchObject({
    postgres: { deploy: { replicas: 2, resources: {} } },
  }));

test("a page that is being written in /tmp leaves most of a replica's memory", () => {
  for (const { memory } of Object.values(catalog)) expect(memory).toBeGreaterThanOrEqual(4 * scratchMiB);
  expect(catalogFindings(withAnother({ memory: 4 * scratchMiB }))).toEqual([]);
  expect(catalogFindings(withAnother({ memory: 4 * scratchMiB - 1 }))).toHaveLength(1);
});

describe("the connections of the proxy", () => {
  test("are the sum of what its parts may use", () => {
    const { clients, waiting, upstream, reserved, connections } = proxyCapacity(catalog);
    expect(clients + waiting + upstream + reserved).toBe(connections);
  });
  test("grow with the catalog", () => {
    const [before, after] = [proxyCapacity(catalog), proxyCapacity({ ...catalog, [anotherName]: another })];
    for (const part of ["clients", "upstream", "connections", "bodiesMiB", "memoryMiB"] as const)
      expect(after[part]).toBeGreaterThan(before[part]);
  });
});
