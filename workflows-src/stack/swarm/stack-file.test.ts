/** Rules for the stack file of production. */
import { describe, expect, test } from "vitest";
import { appNames, catalog, shopsIn } from "../../../apps/catalog.ts";
import { variableName } from "../../../contract/names.ts";
import { stackSecrets } from "../../../contract/stack-secrets.ts";
import { live, stack, tests } from "../../testing/stack-files.ts";

const routed = appNames.filter((name) => catalog[name].route !== null);
const shops = shopsIn(catalog);

describe("the stack", () => {
  test("every image of ours is set by the deploy stage, without a default", () => {
    for (const name of appNames)
      for (const service of [name, `${name}-prepare`])
        expect(stack.services[service]?.image).toBe(`\${${variableName("IMAGE", name)}:?the deploy stage sets it}`);
  });
  test("no network or volume has a name of the compose stacks", () => {
    const names = Object.values({ ...stack.networks, ...stack.volumes }).map((own) => own?.name ?? "");
    const composePrefixes = [live, tests].map(({ name }) => `${name}_`);
    expect(names.filter((name) => name === "" || composePrefixes.some((prefix) => name.startsWith(prefix)))).toEqual(
      [],
    );
  });
  test("no service needs a virtual address", () => {
    for (const [name, { deploy }] of Object.entries(stack.services))
      expect([name, deploy?.endpoint_mode]).toEqual([name, "dnsrr"]);
  });
  test("a new replica starts before an old one stops, unless the service holds a port or a disk", () => {
    const held = Object.keys(stack.services).filter((name) => stack.services[name]?.ports ?? name === "postgres");
    for (const [name, { deploy }] of Object.entries(stack.services)) {
      if (deploy?.mode === "replicated-job") continue;
      const order = held.includes(name) ? "stop-first" : "start-first";
      expect([name, deploy?.update_config]).toEqual([
        name,
        expect.objectContaining({ order, failure_action: "rollback" }),
      ]);
      expect([name, deploy?.rollback_config]).toEqual([
        name,
        expect.objectContaining({ order, failure_action: "pause" }),
      ]);
    }
    expect(held).toEqual(["reverse-proxy", ...appNames.filter((name) => !routed.includes(name)), "postgres"]);
  });
  test.each(appNames)("%s has the replicas of the catalog", (name) =>
    expect(stack.services[name]?.deploy?.replicas).toBe(catalog[name].replicas),
  );
  test("every port is published by the host", () => {
    for (const { ports = [] } of Object.values(stack.services))
      for (const port of ports) expect(port).toMatchObject({ mode: "host" });
  });
  test("secrets are external, and the name of a config ends in the hash of its content", () => {
    const paymentSecrets = shops.flatMap((name) => [`${name}-stripe-secret-key`, `${name}-stripe-webhook-secret`]);
    expect(Object.keys(stack.secrets ?? {})).toEqual([...stackSecrets(catalog), ...paymentSecrets]);
    for (const secret of Object.values(stack.secrets ?? {})) expect(secret.external).toBe(true);
    for (const { name } of Object.values(stack.configs ?? {})) expect(name).toMatch(/^wmd-[a-z]+-[0-9a-f]{12}$/u);
    const used = Object.values(stack.services).flatMap(({ secrets = [] }) => secrets.map(({ source }) => source));
    expect(new Set(used)).toEqual(new Set([...stackSecrets(catalog), ...paymentSecrets]));
  });
});
