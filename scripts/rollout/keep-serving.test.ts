import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { type Machine, simulatedMachine } from "../simulation/simulated-machine.ts";
import { type Handler, begins, imageIn, portIn } from "../simulation/state.ts";
import { composeMode, keepServing, swarmMode } from "./keep-serving.ts";
import type { Release } from "./release.ts";

const ports = { http: 8080, base: 19_000 };
const release = (letter: string): Release => ({
  owner: "127.0.0.1:5050/wmd",
  digests: Object.fromEntries(appNames.map((app) => [app, `sha256:${letter.repeat(64)}`])),
  ports,
  host: "127.0.0.1",
});
const [app] = appNames as [(typeof appNames)[number]];

/** Fails `docker compose up` for the images of the release named by the letter. */
const failingUp = (letter: string): Handler => {
  return (command, { env }) =>
    begins(command, "docker", "compose") && command.includes("up") && imageIn(env, app).endsWith(letter)
      ? { code: 1, stderr: "unhealthy" }
      : undefined;
};
const live = ({ state }: Machine) => state.projects.get("wmd");

describe("a deployment by compose that fails", () => {
  test("leaves nothing where nothing served before", async () => {
    const machine = simulatedMachine({ override: failingUp("b") });
    await expect(keepServing(composeMode, release("b"), machine.fx)).rejects.toThrow("unhealthy");
    expect(live(machine)).toBeUndefined();
    expect(machine.commands.at(-1)).toContain("down");
    expect(machine.commands.at(-1)).not.toContain("--volumes");
  });

  test("restores the images, the ports and the trusted proxies of the release that served before", async () => {
    const machine = simulatedMachine({ override: failingUp("b") });
    await keepServing(composeMode, { ...release("a"), trustedProxies: "10.0.0.0/8" }, machine.fx);
    await expect(keepServing(composeMode, release("b"), machine.fx)).rejects.toThrow("unhealthy");
    const restored = live(machine) ?? {};
    for (const name of appNames) expect(imageIn(restored, name)).toMatch(/@sha256:a{64}$/u);
    expect(restored["TRUSTED_PROXIES"]).toBe("10.0.0.0/8");
    expect(portIn(restored, "reverse-proxy")).toBe("8080");
    expect(portIn(restored, app)).toMatch(/^19\d{3}$/u);
  });

  test("restores it after a signal, too", async () => {
    const machine: Machine = simulatedMachine({
      override: (command, { env }) => {
        if (command.includes("up") && imageIn(env, app).endsWith("b")) machine.cancel();
        return undefined;
      },
    });
    await keepServing(composeMode, release("a"), machine.fx);
    await expect(keepServing(composeMode, release("b"), machine.fx)).rejects.toThrow("ended by SIGINT");
    expect(imageIn(live(machine) ?? {}, app)).toMatch(/@sha256:a{64}$/u);
  });
});

describe("a deployment to a swarm of one that fails", () => {
  test("removes the stack where none served before", async () => {
    const machine = simulatedMachine({ respond: () => new Response(undefined, { status: 502 }) });
    await expect(keepServing(swarmMode, release("b"), machine.fx)).rejects.toThrow("502");
    expect(machine.commands.at(-1)).toEqual(["docker", "stack", "rm", "wmd"]);
    expect(machine.state.services.size).toBe(0);
  });

  test("leaves the stack that served before to the swarm's own rollback", async () => {
    const machine = simulatedMachine({ rollouts: ["completed", "unhealthy"] });
    await keepServing(swarmMode, release("a"), machine.fx);
    await expect(keepServing(swarmMode, release("b"), machine.fx)).rejects.toThrow("wmd_");
    expect(machine.commands.some((command) => begins(command, "docker", "stack", "rm"))).toBe(false);
    expect(machine.state.services.get(`wmd_${app}`)?.image).toMatch(/@sha256:a{64}$/u);
  });
});
