import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { liveProject } from "../docker/compose.ts";
import { simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins } from "../simulation/state.ts";
import { deployCompose } from "./compose-release.ts";
import { settled, stateOf } from "./compose-state.ts";
import type { Release } from "./release.ts";

test.each([
  ["Up 7 minutes (healthy)", "Up"],
  ["Up About a minute", "Up"],
  ["Exited (0) 31 seconds ago", "Exited (0)"],
  ["Up 2 seconds (health: starting)", undefined],
  ["Up 3 hours (unhealthy)", undefined],
  ["Up 3 hours (Paused)", undefined],
  ["Exited (137) 2 minutes ago", undefined],
  ["Restarting (1) 4 seconds ago", undefined],
  ["Created", undefined],
  ["Dead", undefined],
  ["", undefined],
])("the status %j is %j", (status, state) => expect(settled(status)).toBe(state));

describe("the state of a project", () => {
  const containers = "b shop Up 2 minutes (healthy)\na setup Exited (0) 2 minutes ago\n";
  const state = stateOf("file", containers);
  test.each([
    ["is the same later, in any order", "file", "a setup Exited (0) 1 hour ago\nb shop Up 1 hour (healthy)\n", true],
    ["changes with the file", "other", containers, false],
    ["changes when a container is replaced", "file", containers.replace("b shop", "c shop"), false],
    ["changes when an image is replaced under its name", "file", containers.replace("shop", "f00"), false],
    ["changes when a container is missing", "file", "b shop Up 2 minutes (healthy)\n", false],
    [
      "changes when a container is stopped",
      "file",
      containers.replace("Up 2 minutes (healthy)", "Exited (0) now"),
      false,
    ],
  ])("%s", (_, config, lines, same) => expect(stateOf(config, lines) === state).toBe(same));
  test.each([
    ["no container", ""],
    ["a container that failed", `${containers}c web Exited (1) 2 minutes ago\n`],
  ])("is undefined for %s", (_, lines) => expect(stateOf("file", lines)).toBeUndefined());
});

describe("a deployment by compose", () => {
  const release = (letter: string): Release => ({
    owner: "127.0.0.1:5050/wmd",
    digests: Object.fromEntries(appNames.map((app) => [app, `sha256:${letter.repeat(64)}`])),
    ports: { http: 8080, base: 19_000 },
    host: "127.0.0.1",
  });
  /** The number of `docker compose up` in deployments one after another, with the status of the database at the end. */
  const starts = async (letters: string, status = "Up 1 second (healthy)") => {
    let current = "Up 1 second (healthy)";
    const machine = simulatedMachine({
      override: (command) =>
        begins(command, "docker", "ps") && command.at(-1)?.endsWith("{{.Status}}")
          ? { stdout: `1 postgres ${current}\n` }
          : undefined,
    });
    for (const [index, letter] of letters.split("").entries()) {
      if (index === letters.length - 1) current = status;
      await deployCompose(release(letter), liveProject, machine.fx);
    }
    return machine.commands.filter((command) => command.includes("up")).length;
  };
  test.each([
    ["starts the stack", "a", undefined, 1],
    ["starts nothing where the same release runs", "aaa", undefined, 1],
    ["starts another release", "aba", undefined, 3],
    ["starts the stack again when a container was stopped", "aa", "Exited (0) 2 seconds ago", 2],
    ["starts the stack again when a container is unhealthy", "aa", "Up 3 minutes (unhealthy)", 2],
  ])("%s", async (_, letters, status, expected) => expect(await starts(letters, status)).toBe(expected));
});
