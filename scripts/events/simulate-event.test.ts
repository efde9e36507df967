/** Ten events on our own workflows, with the real planning code; and workflows of somebody else. */
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { UserError } from "../../contract/user-error.ts";
import type { EventName } from "../../workflows-src/simulator/event-names.ts";
import { recordingEffects } from "../core/recording-effects.ts";
import { disk } from "../core/files.ts";
import { memoryFiles } from "../core/memory-files.ts";
import { coloured, plain } from "./layout.ts";
import { json } from "./json.ts";
import { type Reported, report } from "./report.ts";
import { type Options, simulateEvent } from "./simulate-event.ts";

const nothing: Options = {
  workflow: undefined,
  ref: undefined,
  base: undefined,
  type: undefined,
  event: undefined,
  changed: undefined,
  fork: false,
  input: [],
  fail: [],
  cancel: [],
  output: [],
};
const redeploy = ".github/workflows/redeploy.yml";
const [app] = appNames as readonly [AppName, ...AppName[]];
const template = `apps/${catalog[app].image}/Dockerfile`;
const docs = "docs/architecture.md";
const current = "publish.current=true";

const simulated = (name: EventName, given: Partial<Options> = {}) =>
  simulateEvent(name, { ...nothing, ...given }, recordingEffects({}).fx);

/** The workflows that start, and the results of their jobs; those that are skipped are left out. */
function shown({ runs }: Pick<Reported, "runs">) {
  return Object.fromEntries(
    runs
      .filter(({ starts }) => starts.value !== false)
      .map(({ name, jobs }) => [
        name,
        jobs.flatMap(({ id, result }) => (result === "skipped" ? [] : [`${id} ${result}`])).join(", "),
      ]),
  );
}

const all = (...ids: readonly string[]): string => ids.map((id) => `${id} success`).join(", ");
const tested = ["plan", "check", "build", "integrate"] as const;

const firstEvent = "a push that changes one application";
const ofFork = "a pull request of a fork";
const events: readonly (readonly [why: string, name: EventName, given: Partial<Options>, expected: object])[] = [
  [
    "a push that changes one application",
    "push",
    { changed: [template], output: [current] },
    { "CI/CD": all(...tested, "publish", "deploy", "gate") },
  ],
  [
    "a push of documentation",
    "push",
    { changed: [docs], output: [current] },
    { "CI/CD": all("plan", "check", "publish", "deploy", "gate") },
  ],
  [
    "a push whose build fails",
    "push",
    { changed: [template], fail: ["build"] },
    { "CI/CD": "plan success, check success, build failure, gate failure" },
  ],
  ["a push to another branch", "push", { ref: "feature", changed: [template] }, {}],
  ["a tag", "push", { ref: "refs/tags/v1" }, {}],
  [
    "a pull request of a fork",
    "pull_request",
    { fork: true, changed: [template] },
    { "CI/CD": all(...tested, "gate") },
  ],
  ["a pull request to another branch", "pull_request", { base: "other" }, {}],
  ["a merge group", "merge_group", { changed: [docs] }, { "CI/CD": all("plan", "check", "gate") }],
  ["the schedule", "schedule", {}, { "Prove everything anew": all(...tested, "gate") }],
  [
    "a redeployment",
    "workflow_dispatch",
    { workflow: redeploy, input: ["app=all", "tag=sha-0123456789ab"] },
    { Redeploy: all("redeploy") },
  ],
  [
    "a redeployment of another branch",
    "workflow_dispatch",
    { workflow: redeploy, ref: "x", input: ["app=all", "tag=x"] },
    { Redeploy: "" },
  ],
  [
    "a cancelled deployment",
    "push",
    { changed: [docs], output: [current], cancel: ["deploy"] },
    { "CI/CD": `${all("plan", "check", "publish")}, deploy cancelled, gate failure` },
  ],
];

const reported = new Map<string, Reported>();
beforeAll(async () => {
  for (const [why, name, given] of events) reported.set(why, await simulated(name, given));
});

describe("on our workflows", () => {
  test.each(events)("%s", (why, _name, _given, expected) =>
    expect(shown(reported.get(why) ?? { runs: [] })).toEqual(expected),
  );

  test("without the changed paths, what depends on the plan is unknown", async () =>
    expect(shown(await simulated("push"))).toEqual({
      "CI/CD":
        "plan success, check success, build unknown, integrate unknown, publish unknown, deploy unknown, gate unknown",
    }));

  test("one changed application is built, and the plan says why", () => {
    const { runs = [], remarks } = reported.get(firstEvent) ?? {};
    const [run] = runs;
    expect(run?.jobs.find(({ id }) => id === "build")?.legs).toMatchObject([{ label: app }]);
    expect(remarks?.get(`${run?.file} plan`)?.join("\n")).toContain(template);
  });

  test("no job of a fork reaches a secret, or writes", () => {
    const { runs = [] } = reported.get(ofFork) ?? {};
    const jobs = runs.flatMap((run) => run.jobs);
    expect(jobs.flatMap(({ secrets }) => secrets.reached)).toEqual([]);
    expect(JSON.stringify(jobs.map(({ permissions }) => permissions))).not.toContain("write");
  });

  test("without a workflow that is named, a form starts those that its inputs fit", async () => {
    expect(Object.keys(shown(await simulated("workflow_dispatch")))).toEqual(["CI/CD", "Prove everything anew"]);
    expect(Object.keys(shown(await simulated("workflow_dispatch", { input: ["app=all", "tag=x"] })))).toEqual([
      "Redeploy",
    ]);
  });
});

describe("the report", () => {
  test.each([60, 80, 120])("has no line longer than %d columns, and no trailing blank", (columns) => {
    const lines = [...reported.values()].flatMap((one) => report(one, { columns, style: plain }).split("\n"));
    expect(lines.filter((line) => line.length > columns || /\s$/u.test(line))).toEqual([]);
  });
  test("has colours only where they are asked for", () => {
    for (const one of reported.values()) {
      const [without, colours] = [plain, coloured].map((style) => report(one, { columns: 80, style }));
      expect(without).not.toContain("\u001B");
      expect(stripVTControlCharacters(colours ?? "")).toBe(without);
      expect(colours).not.toBe(without);
    }
  });
  test("names each workflow, and each job of those that start", () => {
    for (const one of reported.values()) {
      const text = report(one, { columns: 80, style: plain });
      for (const { file, jobs } of one.runs)
        for (const word of [file, ...jobs.map(({ id }) => id)]) expect(text).toContain(word);
    }
  });
  test("shows control characters of an event as text", async () => {
    const files = memoryFiles();
    files.write("e.json", JSON.stringify({ ref: "refs/heads/\u001B[31mx\u0007" }));
    files.write("w.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    if: github.ref == 'y'\n    steps: [{ run: x }]\n");
    const { fx } = recordingEffects({}, { files });
    const text = report(await simulateEvent("push", { ...nothing, event: "e.json", workflow: "w.yml" }, fx), {
      columns: 80,
      style: plain,
    });
    for (const character of ["\u0007", "\u001B"]) expect(text).not.toContain(character);
    expect(text).toContain(String.raw`\u001b`);
  });
});

describe("the JSON", () => {
  interface Parsed {
    readonly event: object;
    readonly workflows: readonly { readonly jobs: readonly object[] }[];
  }
  test("says `‹unknown›` for what is unknown", async () => {
    const parsed = JSON.parse(json(await simulated("push"))) as Parsed;
    expect(parsed.event).toMatchObject({ name: "push", ref: "refs/heads/main" });
    expect(parsed.workflows).toHaveLength(3);
    expect(parsed.workflows[0]?.jobs[0]).toMatchObject({
      id: "plan",
      result: "success",
      outputs: { build: "‹unknown›" },
      permissions: { contents: "read" },
      decision: { condition: "success()" },
      secrets: { reached: [], withheld: [] },
    });
  });

  /** The fields of a value, such as `workflows[].file`. Below these, the names are those of the workflow. */
  const named = /\.(?:inputs|outputs|values|reads|permissions)$/u;
  const fieldsIn = (value: unknown, path: string): readonly string[] => {
    if (Array.isArray(value)) return value.flatMap((one) => fieldsIn(one, `${path}[]`));
    if (typeof value !== "object" || value === null || named.test(path)) return [path];
    return Object.entries(value).flatMap(([key, one]) => fieldsIn(one, path === "" ? key : `${path}.${key}`));
  };
  test("has no field that README.md does not list", () => {
    const listed = new Set(disk.read("scripts/events/README.md").match(/(?<=^\| `)[^`]+/gmu));
    const fields = new Set([...reported.values()].flatMap((one) => fieldsIn(JSON.parse(json(one)), "")));
    // An empty list has no fields.
    const unlisted = [...fields].filter(
      (field) => ![...listed].some((one) => one === field || one.startsWith(`${field}[]`)),
    );
    expect(unlisted).toEqual([]);
    expect(fields.size).toBeGreaterThan(30);
  });
});

describe("workflows of somebody else", () => {
  const files = memoryFiles();
  const root = "/elsewhere/.github/workflows";
  files.write(`${root}/ci.yml`, "on: push\njobs:\n  call:\n    uses: ./.github/workflows/part.yml\n");
  files.write(
    `${root}/part.yml`,
    "on: workflow_call\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: x, env: { H: \"${{ hashFiles('a.lock') }}\" } }]\n",
  );
  files.write("a.lock", "locked");
  const { fx } = recordingEffects({ command: () => ({ stdout: "a.lock\0b\0" }) }, { files });

  test("call each other in their own repository, and read its files", async () => {
    const { runs } = await simulateEvent("push", { ...nothing, workflow: `${root}/ci.yml` }, fx);
    const [inner] = runs[0]?.jobs[0]?.jobs ?? [];
    expect(inner).toMatchObject({ id: "call/a", result: "success" });
    expect(inner?.inputs["H"]).toMatch(/^[0-9a-f]{64}$/u);
  });
  test.each(["gone.yml", ".github"])("%s cannot be read", async (workflow) =>
    expect(simulateEvent("push", { ...nothing, workflow }, fx)).rejects.toThrow(UserError),
  );
});
