import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import { artifactPath } from "../../contract/codecs.ts";
import type { Inputs } from "../../contract/contracts.ts";
import type { Environment } from "../../contract/inputs.ts";
import { readLayout } from "../oci/layout.ts";
import { currentInputs } from "../proofs/current-inputs.ts";
import { artifactProofs, proverOf } from "../proofs/prover.ts";
import { writeLayout } from "../simulation/images.ts";
import { type Machine, type Options, simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins, imageIn } from "../simulation/state.ts";
import { integrate } from "./integrate.ts";

const folder = artifactPath("integration");
const images = Object.fromEntries(appNames.map((app) => [app, `.pipeline/oci/${app}`]));
function machineWithImages(options: Options = {}): Machine {
  const machine = simulatedMachine(options);
  for (const app of appNames) writeLayout(images[app]!, app, machine.fx.files);
  return machine;
}
const run = ({ fx }: Machine, { carried = {}, changed = appNames }: Partial<Inputs<"integrate">> = {}) => {
  const prover = proverOf(artifactProofs(artifactPath("proofs", "integration"), fx), { commit: undefined }, fx);
  return integrate(
    { carried, changed, images, settings: { DOCKER_USERNAME: "wmd" } },
    { prover, current: currentInputs(fx) },
    fx,
  );
};
const nothingLeft = ({ state, commands }: Machine) => {
  expect([...state.projects.keys(), ...state.containers.keys()]).toEqual([]);
  const downs = commands.filter((command) => begins(command, "docker", "compose") && command.includes("down"));
  expect(downs.at(-1)).toContain("--volumes");
};

describe("the integrate stage", () => {
  test("returns the digest of every image, and leaves nothing running", async () => {
    const machine = machineWithImages();
    const { tested } = await run(machine);
    for (const app of appNames) expect(tested[app]).toBe((await readLayout(images[app]!, machine.fx.files)).digest);
    nothingLeft(machine);
  });

  test("tests the images that are carried, as they were published, with those that were built", async () => {
    const environments: Environment[] = [];
    const machine = machineWithImages({
      trace: {
        group: () => undefined,
        command: (command, env) => void (command.includes("up") && environments.push(env)),
      },
    });
    const [app, ...others] = appNames;
    const published = `sha256:${"c".repeat(64)}` as const;
    const { tested } = await run(machine, { carried: { [app!]: published } });
    expect(tested[app!]).toBe(published);
    expect(Object.keys(tested).toSorted()).toEqual(appNames.toSorted());
    const [up = {}] = environments;
    expect(imageIn(up, app!)).toBe(`wmd/${catalog[app!].image}@${published}`);
    for (const other of others) expect(imageIn(up, other)).toMatch(/^127\.0\.0\.1:/u);
  });

  test("runs the tests before the chaos scenarios", async () => {
    const machine = machineWithImages();
    await run(machine);
    const at = (...words: readonly string[]) =>
      machine.commands.findIndex((command) => words.every((word) => command.includes(word)));
    expect(at("compose", "wait", "tests")).toBeGreaterThan(0);
    expect(at("compose", "wait", "tests")).toBeLessThan(at("docker", "kill"));
  });

  test("the stack, the list of the tests and the observers know which applications are tested in full", async () => {
    const told = new Map<string, string | undefined>();
    const machine = machineWithImages({
      override: (command, { env }) => {
        for (const verb of ["up", "list", "run"]) if (command.includes(verb)) told.set(verb, env["CHANGED"]);
        return undefined;
      },
    });
    await run(machine);
    const all = JSON.stringify(appNames);
    expect(Object.fromEntries(told)).toEqual({ up: all, list: all, run: all });
  });

  test("an application that is not tested in full has one replica", async () => {
    const machine = machineWithImages();
    const [full, ...rest] = appNames;
    const others = rest.filter((app) => catalog[app].replicas > 1);
    await run(machine, { changed: [full!] });
    const up = machine.commands.find((command) => command.includes("up"))!;
    expect(up.filter((word) => word.endsWith("=1"))).toEqual(others.map((app) => `${app}=1`));
  });

  test.each<[string, Options["override"], string]>([
    [
      "the stack does not come up",
      (command) => (command.includes("up") ? { code: 1, stderr: "unhealthy" } : undefined),
      "unhealthy",
    ],
    [
      "the report lacks a test",
      (command) => (command.includes("list") ? { stdout: "[{}, {}]" } : undefined),
      "1 tests, and 2 were expected",
    ],
    [
      "a replica has not answered",
      (command) =>
        command.includes("ps") && command.at(-1) === appNames[0] ? { stdout: "0123456789abcdef\n" } : undefined,
      appNames[0]!,
    ],
    [
      "a replica runs as root",
      (command) => (command.includes("/proc/1/status") ? { stdout: "Uid:\t0\t0\t0\t0\n" } : undefined),
      "user 0",
    ],
    [
      "an observer has seen too little",
      (command) =>
        begins(command, "docker", "logs") && command.at(-1)?.includes("routing")
          ? { stdout: '{"requests":1,"misrouted":[],"unexpected":[],"unrecovered":[]}\n' }
          : undefined,
      "1 requests",
    ],
    [
      "an observer does not start",
      (command) =>
        begins(command, "docker", "inspect", "--format", "{{.State.Running}}")
          ? { stdout: "false\n" }
          : command.includes("/tmp/ready")
            ? { code: 1 }
            : undefined,
      "wmd-test-",
    ],
  ])("fails when %s, keeps the logs, and leaves nothing running", async (_, override, message) => {
    const machine = machineWithImages(override ? { override } : {});
    await expect(run(machine)).rejects.toThrow(message);
    expect(machine.fx.files.exists(`${folder}/compose.log`)).toBe(true);
    nothingLeft(machine);
  });

  test("leaves nothing running after a signal", async () => {
    const machine = machineWithImages({
      override: (command) => {
        if (begins(command, "docker", "kill")) machine.cancel();
        return undefined;
      },
    });
    await expect(run(machine)).rejects.toThrow("ended by SIGINT");
    nothingLeft(machine);
  });
});
