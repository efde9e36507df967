import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import type { Digests } from "../../contract/digests.ts";
import { usualPorts } from "../../contract/ports.ts";
import { type Machine, simulatedMachine } from "../simulation/simulated-machine.ts";
import type { RolloutEnd } from "../simulation/state.ts";
import type { Release } from "./release.ts";
import { runningDigests } from "./services.ts";
import { rollOut } from "./swarm-release.ts";

const digests = (letter: string): Digests<string> =>
  Object.fromEntries(appNames.map((app) => [app, `sha256:${letter.repeat(64)}` as const]));
const release = (letter: string): Release => ({
  owner: "registry.example/wmd",
  digests: digests(letter),
  ports: usualPorts,
  host: "127.0.0.1",
});

/** A swarm that serves a first release; the rollouts after it end as listed. */
async function serving(...ends: readonly RolloutEnd[]): Promise<Machine> {
  const machine = simulatedMachine({ rollouts: ["completed", ...ends] });
  await rollOut(release("a"), machine.fx);
  return machine;
}
const deployments = ({ commands }: Machine) =>
  commands.filter(([, noun, verb]) => noun === "stack" && verb === "deploy");

describe("a release on a swarm", () => {
  test("creates each secret once", async () => {
    const machine = await serving();
    const created = machine.commands.filter(([, noun, verb]) => noun === "secret" && verb === "create").length;
    await rollOut(release("b"), machine.fx);
    expect(machine.commands.filter(([, noun, verb]) => noun === "secret" && verb === "create")).toHaveLength(created);
    expect(created).toBe(machine.state.secrets.size);
  });

  test("is up when every service is updated and every replica reports its digest", async () => {
    const machine = await serving("completed");
    await rollOut(release("b"), machine.fx);
    expect(await runningDigests(machine.fx)).toEqual(digests("b"));
    expect(deployments(machine)).toHaveLength(2);
  });

  test.each([1, 2])("is rolled out again after %d starts that the engine itself failed", async (faults) => {
    const machine = await serving(...Array.from({ length: faults }, () => "engine fault" as const));
    await rollOut(release("b"), machine.fx);
    expect(await runningDigests(machine.fx)).toEqual(digests("b"));
    expect(deployments(machine)).toHaveLength(2 + faults);
    expect(machine.lines.filter((line) => line.startsWith("! "))).toHaveLength(faults);
  });

  test("fails when the engine failed its start three times", async () => {
    const machine = await serving("engine fault", "engine fault", "engine fault");
    await expect(rollOut(release("b"), machine.fx)).rejects.toThrow("unable to remount");
    expect(deployments(machine)).toHaveLength(4);
    expect(await runningDigests(machine.fx)).toEqual(digests("a"));
  });

  test("fails at once when a service is unhealthy", async () => {
    const machine = await serving("unhealthy");
    await expect(rollOut(release("b"), machine.fx)).rejects.toThrow(`wmd_${appNames[0]}`);
    expect(deployments(machine)).toHaveLength(2);
    expect(await runningDigests(machine.fx)).toEqual(digests("a"));
  });

  test("fails when a replica keeps reporting another digest", async () => {
    const machine = simulatedMachine({
      respond: ({ url }) =>
        url.endsWith("healthz") ? Response.json({ app: appNames[0], replica: "1", release: "old" }) : undefined,
    });
    await expect(rollOut(release("a"), machine.fx)).rejects.toThrow("old");
  });

  test("fails when a service does not move within five minutes", async () => {
    const machine = simulatedMachine({
      override: ([, noun, verb]) =>
        noun === "service" && verb === "ls"
          ? { stdout: JSON.stringify({ Name: "wmd_postgres", Replicas: "0/1" }) }
          : undefined,
    });
    await expect(rollOut(release("a"), machine.fx)).rejects.toThrow("wmd_postgres");
    expect(machine.fx.now()).toBeGreaterThanOrEqual(5 * 60_000);
  });

  test("removes Stripe's replaced secrets only when every replica has answered", async () => {
    const machine = await serving("completed");
    const origin = "https://shop.example";
    const keys = (value: string) =>
      Object.fromEntries(
        [...machine.state.secrets]
          .filter((name) => name.includes("-stripe-"))
          .map((name) => [
            name
              .replace("wmd-", "")
              .replace(/^(.+)-(stripe-.+)-[0-9a-f]{12}$/u, "$2_$1")
              .replaceAll("-", "_")
              .toUpperCase(),
            value,
          ]),
      );
    const before = new Set(machine.state.secrets);
    await rollOut({ ...release("b"), payments: { PUBLIC_ORIGIN: origin, ...keys("sk_test_1") } }, machine.fx);
    const removed = [...before].filter((name) => !machine.state.secrets.has(name));
    expect(removed).toEqual([...before].filter((name) => name.includes("-stripe-")));
    const smoke = machine.lines.lastIndexOf("smoke test of every replica");
    const removals = machine.lines.flatMap((line, index) => (line.includes("removed") ? [index] : []));
    expect(removals.length > 0).toBe(removed.length > 0);
    expect(removals.filter((index) => index < smoke)).toEqual([]);
  });
});
