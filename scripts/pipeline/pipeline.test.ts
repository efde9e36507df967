import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { usualPorts } from "../../contract/ports.ts";
import type { Work } from "../../contract/proof.ts";
import { UserError } from "../../contract/user-error.ts";
import { testProject } from "../docker/compose.ts";
import { keptRegistry } from "../docker/registry-container.ts";
import { proofFolder } from "../proofs/proof-folder.ts";
import { type Machine, type Options, simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins, imageIn } from "../simulation/state.ts";
import { liveTarget, temporaryTarget } from "./deploy-target.ts";
import { dryRun } from "./dry-run.ts";
import { pipeline } from "./pipeline.ts";

const stages = ["engine", "plan", "check, build and integrate", "publish", "deploy"];
const everything = { engine: true, fresh: true };
const run = (swarm: boolean, options: Options = {}) => {
  const machine = simulatedMachine(options);
  const target = liveTarget({ ports: usualPorts, swarm });
  return { machine, result: pipeline(target, everything, machine.fx) };
};
/** The names of everything that runs on the machine. */
const running = ({ state }: Machine) => [
  ...state.projects.keys(),
  ...state.containers.keys(),
  ...(state.services.size > 0 ? ["stack"] : []),
];
/** Fails the type check of the check stage. */
const failingCheck: Options["override"] = (command) =>
  command[0].endsWith("/tsc") ? { code: 1, stdout: "contract/names.ts(3,7): error TS2322: no\n" } : undefined;

describe("the pipeline on this machine", () => {
  test("runs every stage once, in order, and leaves the stack and the registry running", async () => {
    const { machine, result } = run(false);
    const { published } = await result;
    expect(machine.lines.filter((line) => stages.includes(line))).toEqual(stages);
    expect(running(machine).toSorted()).toEqual(["wmd", keptRegistry.name].toSorted());
    for (const app of appNames) expect(imageIn(machine.state.projects.get("wmd") ?? {}, app)).toContain(published[app]);
  });

  test("leaves a swarm's stack instead, where that is asked for", async () => {
    const { machine, result } = run(true);
    await result;
    expect(running(machine).toSorted()).toEqual(["stack", keptRegistry.name].toSorted());
  });

  test("a temporary target leaves nothing but data", async () => {
    const machine = simulatedMachine();
    await pipeline(temporaryTarget({ http: 18_080, base: 19_000 }, "wmd-e2e"), everything, machine.fx);
    expect(running(machine)).toEqual([]);
  });

  test("ends with the first stage that fails: nothing else begins, and nothing is left running", async () => {
    const { machine, result } = run(false, { override: failingCheck });
    await expect(result).rejects.toThrow("TS2322");
    expect(machine.lines.filter((line) => stages.includes(line))).toEqual(stages.slice(0, 3));
    expect(machine.lines.some((line) => line.includes("TS2322"))).toBe(true);
    expect(running(machine)).toEqual([]);
  });

  test.each<{ what: string; override: NonNullable<Options["override"]>; unproven: readonly Work[] }>([
    {
      what: "a unit test",
      override: (command) => (begins(command, "docker", "start", "--attach") ? { code: 1 } : undefined),
      unproven: appNames,
    },
    {
      what: "the integration",
      override: (command) => (command.includes(testProject.file) && command.includes("up") ? { code: 1 } : undefined),
      unproven: ["integration"],
    },
  ])("after a failure of $what nothing is published, and no proof of it is left", async ({ override, unproven }) => {
    const { machine, result } = run(false, { override });
    await expect(result).rejects.toThrow(UserError);
    expect(machine.lines).not.toContain("publish");
    expect(running(machine)).toEqual([]);
    const proofs = machine.fx.files.list(proofFolder);
    expect(proofs.filter((name) => unproven.some((work) => name.startsWith(work)))).toEqual([]);
  });

  test("ends before anything runs where a port is taken", async () => {
    const { machine, result } = run(false, { port: (port) => (port === 80 ? "taken" : "free") });
    await expect(result).rejects.toThrow("80");
    expect(machine.lines).toEqual([]);
  });

  test("a port that its own stack publishes is not in the way", async () => {
    const { machine, result } = run(false);
    await result;
    const again = simulatedMachine({ port: () => "taken" });
    again.state.projects.set("wmd", machine.state.projects.get("wmd") ?? {});
    again.state.containers.set(keptRegistry.name, { command: ["docker"] });
    const needs = { ...liveTarget({ ports: usualPorts, swarm: false }) };
    await expect(
      pipeline({ ...needs, needs: { ...needs.needs, ports: [usualPorts.http] } }, everything, again.fx),
    ).resolves.toMatchObject({ tag: expect.any(String) as string });
  });

  test("a failed publication removes the registry that it started", async () => {
    const { machine, result } = run(false, {
      respond: ({ method, url }) =>
        method === "PUT" && url.includes(`:${keptRegistry.port}/`)
          ? new Response(undefined, { status: 403 })
          : undefined,
    });
    await expect(result).rejects.toThrow("403");
    expect(running(machine)).toEqual([]);
  });

  test.each(["docker start", "docker compose", "docker kill"])(
    "leaves nothing running after a signal during %s",
    async (words) => {
      const { machine, result } = run(false, {
        override: (command) => {
          if (begins(command, ...words.split(" "))) machine.cancel();
          return undefined;
        },
      });
      await expect(result).rejects.toThrow("ended by SIGINT");
      expect(running(machine)).toEqual([]);
    },
  );
});

describe("a dry run", () => {
  const onlyReads = (command: readonly string[]) =>
    command[0] === "git" ||
    begins(command, "docker", "info") ||
    begins(command, "docker", "context", "show") ||
    begins(command, "docker", "version") ||
    begins(command, "docker", "image", "inspect");
  const linesOf = async (swarm: boolean) => {
    const laptop = simulatedMachine();
    const target = liveTarget({ ports: { http: 8080, base: 19_000 }, swarm });
    await dryRun((fx) => pipeline(target, everything, fx), laptop.fx);
    return { laptop, lines: laptop.lines };
  };

  test("shows the commands of every stage, runs only commands that read, and writes nothing", async () => {
    const { laptop, lines } = await linesOf(false);
    expect(lines.filter((line) => stages.includes(line.replace("# ", "")))).toEqual(stages.map((name) => `# ${name}`));
    expect(laptop.commands.filter((command) => !onlyReads(command))).toEqual([]);
    expect(laptop.fx.files.list(".pipeline", { recursive: true })).toEqual([]);
    expect(lines.findLast((line) => line.includes(" up "))).toMatch(
      /^env DOCKER_USERNAME=\S+ PORT_REVERSE_PROXY=8080 .*docker compose .* up /u,
    );
  });

  test("names the swarm's commands where it would deploy to one", async () => {
    const { lines } = await linesOf(true);
    expect(lines.some((line) => line.includes("docker stack deploy --compose-file stack.yml"))).toBe(true);
  });

  test("shows no value that only a real run knows", async () => {
    const ownPid = new RegExp(`\\b${process.pid}\\b`, "u");
    const { lines } = await linesOf(false);
    expect(lines.filter((line) => /sha256:[0-9a-f]/u.test(line) || ownPid.test(line))).toEqual([]);
  });
});
