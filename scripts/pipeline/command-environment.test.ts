/** Properties of every command that a run executes, in an environment that means another project, engine and repository. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Environment } from "../../contract/inputs.ts";
import { usualPorts } from "../../contract/ports.ts";
import { takeDown } from "../cli/stop.ts";
import type { Command } from "../core/command.ts";
import { rules } from "../core/environment.ts";
import { buildx } from "../docker/buildx.ts";
import { liveProject, testProject } from "../docker/compose.ts";
import { simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins, valueOf } from "../simulation/state.ts";
import { liveTarget, temporaryTarget } from "./deploy-target.ts";
import { pipeline } from "./pipeline.ts";

const context = "desktop-linux";
const hostile = "of the user";
/** A variable for each name and pattern that is removed. */
const user = Object.fromEntries(
  rules
    .filter(({ decision }) => decision === "remove")
    .flatMap(({ names }) =>
      ["PROJECT_NAME", "FILE", "USERNAME"].flatMap((rest) => names.map((name) => name.replace("*", rest))),
    )
    .map((name) => [name, hostile]),
);

const temporary = { ...liveProject, name: "wmd-e2e" };
const targets = [
  ["compose", liveTarget({ ports: usualPorts, swarm: false })],
  ["swarm", liveTarget({ ports: usualPorts, swarm: true })],
  ["temporary", temporaryTarget({ http: 18_080, base: 19_000 }, temporary.name)],
] as const;

describe.each(targets)("the target %s", (_, target) => {
  const executed: { readonly command: Command; readonly env: Environment }[] = [];
  const machine = (failing?: string) =>
    simulatedMachine({
      env: user,
      trace: { group: () => undefined, command: (command, env) => executed.push({ command, env }) },
      override(command) {
        if (begins(command, ...buildx.currentContext)) return { stdout: `${context}\n` };
        const starts = begins(command, "docker", "compose") && command.includes("up");
        return starts && valueOf(command, "--file") === failing ? { code: 1 } : undefined;
      },
    });

  // A run that succeeds, `npm stop`, and runs whose stacks do not come up.
  beforeAll(async () => {
    const { fx } = machine();
    await pipeline(target, { engine: true, fresh: true }, fx);
    await takeDown({ volumes: true }, fx);
    for (const { file } of [testProject, liveProject])
      await pipeline(target, { engine: true, fresh: true }, machine(file).fx).catch(() => undefined);
  });

  test("gives no command a variable of the user that is removed", () =>
    expect(
      executed.flatMap(({ command, env }) =>
        Object.entries(env)
          .filter(([, value]) => value === hostile)
          .map(([name]) => `${name}: ${command.join(" ")}`),
      ),
    ).toEqual([]));

  test("names the file and the project of every compose command, and has it read no .env", () => {
    const calls = executed.map(({ command }) => command).filter((command) => begins(command, "docker", "compose"));
    const options = ["--file", "--project-name", "--env-file"];
    const named = new Set(calls.map((command) => options.map((option) => valueOf(command, option)).join(" ")));
    const known = [liveProject, testProject, temporary].map(({ file, name }) => `${file} ${name} /dev/null`);
    expect([...named].filter((one) => !known.includes(one))).toEqual([]);
    expect(calls.length).toBeGreaterThan(5);
  });

  test("names the builder of every build", () => {
    const builds = executed.filter(({ command }) => command.includes("build"));
    expect(builds.length).toBeGreaterThan(5);
    expect(builds.filter(({ env }) => env["BUILDX_BUILDER"] !== context)).toEqual([]);
  });
});

test.each([liveProject, testProject])("$file has the name that the commands give to its project", ({ file, name }) =>
  expect(parse(readFileSync(file, "utf8"))).toMatchObject({ name }),
);
