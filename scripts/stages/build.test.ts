import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import { artifactPath } from "../../contract/codecs.ts";
import { UserError } from "../../contract/user-error.ts";
import { artifactProofs, proverOf } from "../proofs/prover.ts";
import { writeLayout } from "../simulation/images.ts";
import { type Machine, type Options, simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins } from "../simulation/state.ts";
import { baseOf, build } from "./build.ts";

const app = appNames[0]!;
const layout = artifactPath("oci", app);
const buildOn = ({ fx }: Machine, layers?: string) => {
  const prover = proverOf(artifactProofs(artifactPath("proofs", app), fx), { commit: undefined }, fx);
  return build({ app, layers, settings: {} }, { builder: "default", prover, base: baseOf("default", fx) }, fx);
};
const run = (options: Options) => {
  const machine = simulatedMachine(options);
  return { ...machine, built: buildOn(machine) };
};
const failedReport =
  '<testsuites><testsuite><testcase name="t" file="tests/test_a.py" line="3"><failure>no</failure></testcase></testsuite></testsuites>';

describe("the build stage", () => {
  test("builds the image, then runs the tests on Postgres", async () => {
    const { built, commands, summaries } = run({});
    await built;
    const at = (find: (command: readonly string[]) => boolean) => commands.findIndex(find);
    const image = at((command) => command.some((word) => word.includes(`dest=${layout},`)));
    const runs = commands.filter((command) => begins(command, "docker", "start", "--attach"));
    expect(runs).toHaveLength(catalog[app].tests.length);
    expect(commands.indexOf(runs[0]!)).toBeGreaterThan(image);
    const created = commands.filter((command) => begins(command, "docker", "create"));
    expect(created.every((command) => command.some((word) => word.startsWith("DATABASE_URL=postgres:")))).toBe(true);
    expect(summaries.join("")).toContain(app);
  });

  test("reads the layers of earlier builds from where the workflow restored them, and writes those of this build there", async () => {
    const machine = simulatedMachine({});
    machine.fx.files.write("cache/index.json", "{}");
    await buildOn(machine, "cache");
    const builds = machine.commands
      .map((command) => command.join(" "))
      .filter((command) => command.startsWith("docker buildx build") && command.includes(`apps/${catalog[app].image}`));
    const moved = machine.commands.findIndex((command) => command[0] === "mv");
    expect(machine.commands[moved]).toEqual(["mv", "cache", "cache-earlier"]);
    expect(builds).toHaveLength(catalog[app].tests.length + 1);
    for (const [index, tag] of ["image", ...catalog[app].tests].entries()) {
      expect(builds[index]).toContain(`--cache-from type=local,src=cache-earlier,tag=${tag}`);
      expect(builds[index]).toContain(`--cache-to type=local,dest=cache,tag=${tag},mode=max`);
    }
  });

  test("writes layers in the first run, too, and none where the workflow keeps none", async () => {
    const [first, none] = [simulatedMachine({}), simulatedMachine({})];
    await buildOn(first, "cache");
    await buildOn(none);
    expect(first.commands.some(([program]) => program === "mv")).toBe(false);
    expect(first.commands.flat().filter((word) => word === "--cache-to").length).toBeGreaterThan(0);
    expect(none.commands.flat().filter((word) => word.startsWith("--cache-"))).toEqual([]);
  });

  test("leaves no image when a test failed, and annotates the test", async () => {
    const { built, fx, lines } = run({
      override: (command, { files }) => {
        if (!begins(command, "docker", "cp")) return undefined;
        files.write(`${command.at(-1)}/junit.xml`, failedReport);
        return {};
      },
    });
    await expect(built).rejects.toThrow(UserError);
    expect(fx.files.list(layout)).toEqual([]);
    expect(lines.some((line) => line.startsWith("✗ ") && line.includes("t"))).toBe(true);
  });

  test.each([
    ["ends without a report", { code: 0, report: "" }],
    [
      "ends in red with a green report",
      { code: 1, report: "<testsuites><testsuite><testcase name='t'/></testsuite></testsuites>" },
    ],
  ])("fails when the runner %s", async (_, { code, report }) => {
    const { built } = run({
      override: (command, { files }) => {
        if (begins(command, "docker", "start", "--attach")) return { code };
        if (!begins(command, "docker", "cp")) return undefined;
        if (report !== "") files.write(`${command.at(-1)}/junit.xml`, report);
        return {};
      },
    });
    await expect(built).rejects.toThrow(UserError);
  });

  test("removes its containers and networks when it fails, and after a signal", async () => {
    const machine = simulatedMachine({
      override: (command) => {
        if (begins(command, "docker", "exec") && command.includes("pg_isready")) machine.cancel();
        return undefined;
      },
    });
    await expect(buildOn(machine)).rejects.toThrow("ended by SIGINT");
    expect([...machine.state.containers.keys()]).toEqual([]);
    expect(machine.commands.at(-1)).toEqual(["docker", "network", "rm", expect.stringContaining(app)]);
  });

  test("leaves no image that the policy refuses", async () => {
    const { built, fx } = run({
      override: (command, { files }) => {
        const folder = /dest=([^,]+)/u.exec(command.join(" "))?.[1];
        if (folder !== layout) return undefined;
        // Without a layer of its own, and with a user that is root.
        writeLayout(folder, undefined, files, { User: "root" });
        return {};
      },
    });
    await expect(built).rejects.toThrow("root");
    expect(fx.files.list(layout)).toEqual([]);
  });
});
