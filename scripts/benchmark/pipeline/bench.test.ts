/** The bench on a simulated machine: which commands run in which order, and that nothing is left. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../../apps/catalog.ts";
import { UserError } from "../../../contract/user-error.ts";
import { memoryFiles } from "../../core/memory-files.ts";
import { type SourceTree, sourceFile } from "../../core/source-tree.ts";
import { type Options, simulatedMachine } from "../../simulation/simulated-machine.ts";
import type { Handler } from "../../simulation/state.ts";
import { bench, reportFiles } from "./bench.ts";
import { type ScenarioName, changedDocument } from "./scenarios.ts";
import { inSeed, seedFolder } from "./seed-tree.ts";

/** No file of the disk: an application with a frontend of its own may have no template. */
const [app] = appNames as [(typeof appNames)[number]];
const template = `apps/${catalog[app].image}/pages/templates/page.html`;

/** The sources that the bench needs: reading all of them takes longer than the tests. */
const sources: SourceTree = new Map(
  [
    ...Object.values(catalog).map(({ image }) => `apps/${image}/requirements.txt`),
    template,
    changedDocument,
    ...readdirSync(seedFolder).map((name) => `${seedFolder}/${name}`),
  ].map((path) => [path, sourceFile("file", Buffer.from(path === template ? "<p>\n" : readFileSync(path)))]),
);

/** The plan writes its outputs, as on GitHub. */
const planned =
  (build: readonly string[]): Handler =>
  (command, { files }) => {
    if (!command.join(" ").endsWith("stage -- plan")) return undefined;
    files.write(".pipeline/bench/ours/.pipeline/bench-output", `build<<end\n${JSON.stringify(build)}\nend\n`);
    return {};
  };

/** The commands that are timed, or run beforehand, by the contender that runs them. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/bench -- pipeline .*--fresh/u, "ours, fresh"],
  [/bench -- pipeline .*--release/u, "ours, released"],
  [/bench -- pipeline/u, "ours"],
  [/stage -- plan/u, "plan"],
  [/synth --check/u, "compile"],
  [/--eval/u, "node"],
  [/up --build --exit-code-from/u, "seed"],
  [/up --build --detach/u, "same steps"],
];
const kindOf = (line: string): string | undefined => kinds.find(([pattern]) => pattern.test(line))?.[1];

async function benched(
  { names, runs = 1, minutes = 60 }: { names: readonly ScenarioName[]; runs?: number; minutes?: number },
  { override, ...options }: Options = {},
) {
  const files = memoryFiles();
  const machine = simulatedMachine({
    files,
    ...options,
    override: (command, run) => override?.(command, run) ?? planned([])(command, run),
  });
  const failure = await bench({ scenarios: names, runs, minutes }, sources, machine.fx).then(
    () => undefined,
    (error: unknown) => error,
  );
  const lines = machine.commands.map((command) => command.join(" "));
  return { machine, files, failure, lines, worked: lines.map(kindOf).filter((kind) => kind !== undefined) };
}

describe("the contenders work in turns", () => {
  const packages = "compile";
  test.each([
    { names: ["cold"], runs: 1, is: ["ours, fresh", "same steps", "seed"] },
    { names: ["cold"], runs: 2, is: ["ours, fresh", "same steps", "seed", "seed", "same steps", "ours, fresh"] },
    {
      names: ["unchanged"],
      runs: 1,
      is: ["ours", "ours", "same steps", "same steps", "seed", "seed"],
    },
    {
      names: ["cold", "unchanged", "template"],
      runs: 1,
      is: ["ours, fresh", "same steps", "seed", "ours", "same steps", "seed", "ours", "same steps", "seed"],
    },
    {
      names: ["documentation"],
      runs: 2,
      is: ["ours, released", "plan", "seed", "seed", "seed", "ours, released", "plan"],
    },
    {
      names: ["compile"],
      runs: 1,
      is: [...Array.from({ length: 5 }, () => "compile"), ...Array.from({ length: 5 }, () => "node")],
    },
  ] as const)("$names, $runs runs", async ({ names, runs, is }) => {
    const { worked, failure } = await benched({ names, runs });
    expect(failure).toBeUndefined();
    expect(worked).toEqual([packages, ...is]);
  });
});

describe("a run", () => {
  test("changes the sources of each contender, and each time in another way", async () => {
    const written: string[] = [];
    const files = memoryFiles();
    const recording = {
      ...files,
      write(path: string, content: string | Uint8Array) {
        if (path.endsWith(inSeed(template))) written.push(`${path} ${String(content).trimEnd().split("\n").at(-1)}`);
        files.write(path, content);
      },
    };
    await benched({ names: ["template"], runs: 2 }, { files: recording });
    expect(new Set(written.map((line) => line.split("/")[2]))).toEqual(new Set(["ours", "same-steps", "seed"]));
    const marks = written.filter((line) => line.includes("{# bench"));
    expect(marks).toHaveLength(6);
    expect(new Set(marks).size).toBe(6);
  });

  test("takes a changed document back, so that the checks stay proven", async () => {
    const contents: string[] = [];
    const files = memoryFiles();
    const recording = {
      ...files,
      write(path: string, content: string | Uint8Array) {
        if (path === ".pipeline/bench/ours/docs/performance.md") contents.push(String(content));
        files.write(path, content);
      },
    };
    await benched({ names: ["documentation"] }, { files: recording });
    const [original, changed, restored] = contents;
    expect(changed).toContain("<!-- bench");
    expect(restored).toBe(original);
  });

  test("fails where the plan would build although only documentation changed", async () => {
    const { failure } = await benched({ names: ["documentation"] }, { override: planned(["any"]) });
    expect(failure).toBeInstanceOf(UserError);
  });

  test("names its own compose projects in every command", async () => {
    const { lines } = await benched({ names: ["cold", "template"], runs: 2 });
    const composed = lines.filter((line) => line.startsWith("docker compose"));
    expect(composed.length).toBeGreaterThan(20);
    expect(composed.filter((line) => !/--project-name wmd-bench(?:-seed|-same)? /u.test(line))).toEqual([]);
  });

  test("lets our containers rest while the others are measured", async () => {
    const { lines } = await benched({ names: ["cold", "unchanged"] });
    const relevant = lines.filter((line) => / pause$| unpause$|bench -- pipeline|exit-code-from/u.test(line));
    const words = relevant.map((line) => line.split(" ").at(-1));
    // The last unpause belongs to the removal.
    expect(words.filter((word) => ["pause", "unpause", "tests"].includes(word ?? ""))).toEqual([
      "pause",
      "tests",
      "unpause",
      "pause",
      "tests",
      "unpause",
    ]);
  });
});

describe("the report", () => {
  test("is written and printed", async () => {
    const { files, machine } = await benched({ names: ["documentation", "compile"] });
    const report = files.read(reportFiles.table);
    expect(report.match(/^\|/gmu)).toHaveLength(4);
    expect(machine.lines.join("\n")).toContain(report);
    expect(files.read(reportFiles.chart)).toMatch(/^<svg [\s\S]*<\/svg>\n$/u);
  });

  test("has what was measured before the time was over", async () => {
    const { failure, files, worked } = await benched({ names: ["cold", "compile"], runs: 3, minutes: 0.001 });
    expect(failure).toBeUndefined();
    expect(files.exists(reportFiles.table)).toBe(true);
    expect(worked.length).toBeLessThan(1 + 3 * 13);
  });

  test("has what was measured before a failure", async () => {
    const failing = await benched(
      { names: ["cold"] },
      { override: (command) => (command.includes("--exit-code-from") ? { code: 1, stderr: "no" } : undefined) },
    );
    expect(failing.failure).toBeInstanceOf(Error);
    expect(failing.files.read(reportFiles.table)).toContain("| – |");
  });

  test("is not written when nothing was measured", async () => {
    const { files } = await benched(
      { names: ["compile"] },
      { override: (command) => (command.includes("synth") ? { code: 1 } : undefined) },
    );
    expect(files.exists(reportFiles.table)).toBe(false);
  });
});

test("without a template that scenario is refused before anything runs", async () => {
  const { fx, commands } = simulatedMachine({ files: memoryFiles() });
  const withoutTemplate = new Map([...sources].filter(([path]) => path !== template));
  await expect(bench({ scenarios: ["cold", "template"], runs: 1, minutes: 1 }, withoutTemplate, fx)).rejects.toThrow(
    UserError,
  );
  expect(commands).toEqual([]);
});

describe("afterwards nothing is left", () => {
  const left = async (override: Handler) => {
    const { machine, files, lines } = await benched({ names: ["cold"] }, { override });
    return {
      projects: [...machine.state.projects.keys()],
      containers: [...machine.state.containers.keys()],
      trees: files.list(".pipeline/bench", { recursive: true }),
      images: lines.filter((line) => line.startsWith("docker image rm")),
    };
  };
  const named =
    (line: string): Handler =>
    (command) =>
      command.join(" ").startsWith("docker image ls") ? { stdout: `${line}\n` } : undefined;

  test.each([
    { line: "127.0.0.1:1/seed/a latest sha256:1", name: "127.0.0.1:1/seed/a:latest" },
    { line: "127.0.0.1:1/ours/a <none> sha256:1", name: "127.0.0.1:1/ours/a@sha256:1" },
  ])("not even the image $name", async ({ line, name }) => {
    expect(await left(named(line))).toEqual({
      projects: [],
      containers: [],
      trees: [],
      images: [`docker image rm --force ${name}`],
    });
  });

  test("and only images of the bench are looked for", async () => {
    const { lines } = await benched({ names: ["cold"] });
    const listed = lines.find((line) => line.startsWith("docker image ls"));
    expect(listed?.match(/reference=\S+/gu)?.map((filter) => filter.split("/").slice(1).join("/"))).toEqual([
      "ours/*",
      "same-steps/*",
      "seed/*",
    ]);
  });

  test("when a step fails", async () =>
    expect(await left((command) => (command.includes("push") ? { code: 1, stderr: "no" } : undefined))).toMatchObject({
      projects: [],
      containers: [],
      trees: [],
    }));
});
