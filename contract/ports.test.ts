import { expect, test } from "vitest";
import { appNames, catalog } from "../apps/catalog.ts";
import { portOf, requireDistinct, usualPorts } from "./ports.ts";
import { UserError } from "./user-error.ts";

const [first] = appNames as [(typeof appNames)[number]];
/** Added to the base, it is the port of the first application. */
const offset = catalog[first].publishedPort - usualPorts.base;

test.each([usualPorts, { http: 8080, base: 19_000 }, { http: 1, base: 64_900 }])("%o are distinct", (ports) =>
  expect(requireDistinct(ports)).toBe(ports),
);

test.each([
  {
    name: "the proxy at the port of an application",
    ports: { http: portOf(first, usualPorts), base: usualPorts.base },
  },
  { name: "the proxy at the port of the registry", ports: { http: 5050, base: usualPorts.base } },
  ...[9090, 3000, 5050].map((port) => ({
    name: `an application at ${port}`,
    ports: { http: 80, base: port - offset },
  })),
  { name: "an application at the port of the proxy", ports: { http: 80, base: 80 - offset } },
])("$name is an error that names both", ({ ports }) => {
  expect(() => requireDistinct(ports)).toThrow(UserError);
});
