/** Called workflows. Source of the rules: docs.github.com, "Reuse workflows". */
import { describe, expect, test } from "vitest";
import { type EventOptions, eventOf } from "./event.ts";
import { simulate } from "./simulate.ts";
import type { Scenario, SimulatedJob, SimulatedRun } from "./simulation.ts";
import { readWorkflow } from "./workflow.ts";

const path = (name: string): string => `.github/workflows/${name}.yml`;

function run(
  own: string,
  called: Readonly<Record<string, string>>,
  given: Partial<Scenario> = {},
  options: EventOptions = {},
): SimulatedRun {
  const files = new Map(Object.entries(called).map(([name, text]) => [path(name), readWorkflow(text)]));
  return simulate(path("own"), readWorkflow(`on: [push, pull_request]\n${own}`), {
    event: eventOf(options.fork === true ? "pull_request" : "push", options),
    workflowIn: (file) => files.get(file),
    ...given,
  });
}
const flat = (jobs: readonly SimulatedJob[]): readonly SimulatedJob[] =>
  jobs.flatMap((job) => [job, ...flat(job.jobs ?? [])]);
const results = ({ jobs }: SimulatedRun) => Object.fromEntries(flat(jobs).map(({ id, result }) => [id, result]));

const deploy = `
on:
  workflow_call:
    inputs:
      where: { type: string, required: true }
      dry: { type: boolean, default: false }
      count: { type: number }
    outputs:
      url: { value: "\${{ jobs.ship.outputs.url }}" }
      state: { value: "\${{ jobs.ship.result }}" }
    secrets:
      TOKEN: { required: true }
      OTHER: {}
jobs:
  ship:
    if: "!inputs.dry"
    outputs: { url: "https://\${{ inputs.where }}.example" }
    steps: [{ run: x, env: { WHERE: "\${{ inputs.where }}", COUNT: "\${{ inputs.count }}", T: "\${{ secrets.TOKEN }}", O: "\${{ secrets.OTHER }}", L: "\${{ secrets.LOST }}", E: "\${{ env.OUTER || 'none' }}" } }]
`;
const call = (given: string) => `jobs: { call: { uses: ./.github/workflows/deploy.yml, ${given} } }`;
const good = "with: { where: here }, secrets: { TOKEN: '${{ secrets.MINE }}' }";

describe("a call", () => {
  test("runs the jobs with the inputs and the secrets that are passed, and without the caller's env", () => {
    const [caller] = run(`env: { OUTER: x }\n${call(good)}`, { deploy }).jobs;
    const [ship] = caller?.jobs ?? [];
    expect(caller).toMatchObject({ result: "success", inputs: { where: "here", dry: "false", count: "0" } });
    expect(caller?.secrets.reached).toEqual(["MINE"]);
    expect(ship).toMatchObject({ id: "call/ship", inputs: { WHERE: "here", COUNT: "0" } });
    expect(ship?.secrets).toEqual({ reached: ["TOKEN"], withheld: ["OTHER", "LOST"] });
  });
  test("hands its outputs on", () => {
    expect(run(call(good), { deploy }).jobs[0]?.outputs).toEqual({ url: "https://here.example", state: "success" });
  });
  test("has the permissions of its caller", () => {
    const [caller] = run(`permissions: { contents: read }\n${call(good)}`, { deploy }).jobs;
    expect(caller?.jobs?.[0]?.permissions).toEqual({ contents: "read" });
  });
  test("inherits every secret", () => {
    const [caller] = run(call("with: { where: here }, secrets: inherit"), { deploy }).jobs;
    expect(caller?.jobs?.[0]?.secrets).toEqual({ reached: ["TOKEN", "OTHER", "LOST"], withheld: [] });
  });
  test("of a fork has no secrets", () => {
    const [caller] = run(call("with: { where: here }, secrets: inherit"), { deploy }, {}, { fork: true }).jobs;
    expect(caller?.jobs?.[0]?.secrets.reached).toEqual([]);
  });
  test("whose jobs are all skipped is skipped", () =>
    expect(results(run(call(good.replace("here }", "here, dry: true }")), { deploy }))).toEqual({
      call: "skipped",
      "call/ship": "skipped",
    }));
  test("fails if one of its jobs fails", () => {
    const after = call(good).replace(/ \}$/u, ", after: { needs: call } }");
    expect(results(run(after, { deploy }, { results: { "call/ship": "failure" } }))).toEqual({
      call: "failure",
      "call/ship": "failure",
      after: "skipped",
    });
  });
  test("of each leg of a matrix", () => {
    const legs = call("with: { where: '${{ matrix.w }}' }, secrets: { TOKEN: x }, strategy: { matrix: { w: [a, b] } }");
    expect(results(run(legs, { deploy }))).toEqual({
      call: "success",
      "call (a)/ship": "success",
      "call (b)/ship": "success",
    });
  });
  test("calls another workflow", () => {
    const inner =
      "on: { workflow_call: { inputs: { n: { type: number, required: true } } } }\njobs: { last: { if: inputs.n == 1 } }";
    const outer = "on: workflow_call\njobs: { middle: { uses: ./.github/workflows/inner.yml, with: { n: 1 } } }";
    expect(results(run("jobs: { call: { uses: ./.github/workflows/outer.yml } }", { inner, outer }))).toEqual({
      call: "success",
      "call/middle": "success",
      "call/middle/last": "success",
    });
  });
  test("of another repository is unknown inside, and so are its outputs", () => {
    const yaml =
      "jobs: { call: { uses: org/repo/.github/workflows/x.yml@v1 }, after: { needs: call, if: needs.call.outputs.x } }";
    expect(results(run(yaml, {}))).toEqual({ call: "success", after: "unknown" });
    expect(results(run(yaml, {}, { outputs: { call: { x: "y" } } }))).toEqual({ call: "success", after: "success" });
  });
  test("that may be skipped has jobs that may be skipped", () => {
    const yaml = call(`${good}, if: vars.X`);
    expect(results(run(yaml, { deploy }))).toEqual({ call: "unknown", "call/ship": "unknown" });
    expect(results(run(yaml.replace("here }", "here, dry: true }"), { deploy }))).toMatchObject({
      "call/ship": "skipped",
    });
  });
  test("sees the event of its caller", () => {
    const seen = "on: workflow_call\njobs: { a: { if: github.event_name == 'push' } }";
    expect(results(run("jobs: { call: { uses: ./.github/workflows/seen.yml } }", { seen }))).toEqual({
      call: "success",
      "call/a": "success",
    });
  });
});

describe("GitHub refuses the whole run", () => {
  const empty = "on: workflow_call\njobs: { a: { permissions: { contents: write } } }";
  const use = (name: string, given = "") => `jobs: { call: { uses: ./.github/workflows/${name}.yml${given} } }`;
  test.each<[why: string, own: string, called: Readonly<Record<string, string>>]>([
    ["no such file", use("gone"), {}],
    ["no event workflow_call", use("x"), { x: "on: push\njobs: {}" }],
    ["a missing input", call("secrets: { TOKEN: x }"), { deploy }],
    ["an unknown input", call("with: { where: x, gone: y }, secrets: { TOKEN: x }"), { deploy }],
    ["a text for a boolean", call("with: { where: x, dry: 'true' }, secrets: { TOKEN: x }"), { deploy }],
    ["a text for a number", call("with: { where: x, count: many }, secrets: { TOKEN: x }"), { deploy }],
    ["a missing secret", call("with: { where: x }"), { deploy }],
    // Source: actions/runner, PermissionsHelper.cs: what a called job asks for is checked before the run.
    ["more permissions than the caller grants", `permissions: { contents: read }\n${use("x")}`, { x: empty }],
    ["more permissions than the calling job grants", use("x", ", permissions: {}"), { x: empty }],
    ["a call of itself", use("x"), { x: `on: workflow_call\n${use("x")}` }],
    ["a circle", use("x"), { x: `on: workflow_call\n${use("y")}`, y: `on: workflow_call\n${use("x")}` }],
    [
      "eleven levels",
      use("w1"),
      Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [
          `w${index + 1}`,
          `on: workflow_call\n${index === 9 ? "jobs: {}" : use(`w${index + 2}`)}`,
        ]),
      ),
    ],
  ])("%s", (_, own, called) => expect(run(own, called)).toMatchObject({ starts: { value: false }, jobs: [] }));

  test("but not for permissions that the caller has", () => {
    expect(run(use("x", ", permissions: { contents: write }"), { x: empty }).starts.value).toBe(true);
    expect(run(use("x"), { x: empty }).starts.value).toBe(true);
  });
  test("nor for nine levels", () => {
    const called = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [
        `w${index + 1}`,
        `on: workflow_call\n${index === 8 ? "jobs: {}" : use(`w${index + 2}`)}`,
      ]),
    );
    expect(run(use("w1"), called).starts.value).toBe(true);
  });
});

test("an expression of the wrong type fails the job", () => {
  const yaml = call("with: { where: x, dry: \"${{ 'true' }}\" }, secrets: { TOKEN: x }");
  expect(results(run(yaml, { deploy }))).toEqual({ call: "failure" });
});
