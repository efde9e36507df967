import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import type { Command } from "../core/command.ts";
import { keptRegistry, withKeptRegistry } from "../docker/registry-container.ts";
import type { Release } from "../rollout/release.ts";
import { composeMode, keepServing, swarmMode } from "../rollout/keep-serving.ts";
import { type Machine, simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins } from "../simulation/state.ts";
import { inventory, takeDown } from "./stop.ts";

test.each([
  { found: { container: ["a"], network: [], volume: [] }, is: "1 container" },
  { found: { container: ["a", "b"], network: ["c"], volume: ["d", "e"] }, is: "2 containers, 1 network, 2 volumes" },
])("$is", ({ found, is }) => expect(inventory(found)).toBe(is));

const release: Release = {
  owner: "127.0.0.1:5050/wmd",
  digests: Object.fromEntries(appNames.map((app) => [app, `sha256:${"a".repeat(64)}`])),
  ports: { http: 8080, base: 19_000 },
  host: "127.0.0.1",
};

/** The commands that change something on the engine. */
const changes = (commands: readonly Command[]): readonly Command[] =>
  commands.filter((command) => ["down", "rm", "leave"].some((verb) => command.includes(verb)));

/** Takes everything down, and returns what that changed. */
async function stop(machine: Machine, volumes: boolean): Promise<readonly Command[]> {
  const before = machine.commands.length;
  await takeDown({ volumes }, machine.fx);
  return changes(machine.commands.slice(before));
}

describe("stop", () => {
  test("removes nothing where nothing runs", async () => {
    for (const volumes of [false, true]) {
      const machine = simulatedMachine();
      expect(await stop(machine, volumes)).toEqual([]);
      expect(machine.lines).toHaveLength(1);
    }
  });

  test("removes the compose stack and the registry, keeps their data, and finds nothing the second time", async () => {
    const machine = simulatedMachine();
    await withKeptRegistry(machine.fx, () => keepServing(composeMode, release, machine.fx));
    const volumes = [...machine.state.volumes];
    expect(await stop(machine, false)).toHaveLength(2);
    expect(machine.state.projects.size).toBe(0);
    expect(machine.state.containers.has(keptRegistry.name)).toBe(false);
    expect(volumes.length).toBeGreaterThan(0);
    expect([...machine.state.volumes]).toEqual(volumes);
    expect(await stop(machine, false)).toEqual([]);
  });

  test("removes data that were kept by an earlier stop", async () => {
    const machine = simulatedMachine();
    await keepServing(composeMode, release, machine.fx);
    await stop(machine, false);
    await stop(machine, true);
    expect(machine.state.volumes.size).toBe(0);
  });

  test("removes the swarm stack, and leaves the swarm with its data only", async () => {
    const machine = simulatedMachine();
    await keepServing(swarmMode, release, machine.fx);
    expect(await stop(machine, false)).toEqual([["docker", "stack", "rm", "wmd"]]);
    expect(machine.state.swarm).toBe(true);
    await stop(machine, true);
    expect(machine.state.swarm).toBe(false);
  });

  const withoutEngine = () =>
    simulatedMachine({
      env: { WMD_ENGINE_HOME: "/nowhere" },
      override: (command) =>
        begins(command, "docker", "info") ? { code: 127, stderr: "docker: no such program" } : undefined,
    });
  test("is done where no engine is running", async () => expect(await stop(withoutEngine(), false)).toEqual([]));
  test("cannot remove data where no engine is running", async () =>
    expect(stop(withoutEngine(), true)).rejects.toThrow("volumes"));
});
