/** Which jobs of the committed workflows run, for an event, the outputs of plan and the results of jobs. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { type Event, type Scenario, type Result, evaluate, read, simulate } from "./simulate.ts";

const committed = (name: string) => read(readFileSync(`.github/workflows/${name}.yml`, "utf8"));
const ciCd = committed("ci-cd");
const redeploy = committed("redeploy");
const weekly = committed("weekly");

const pushMain: Event = { name: "push", ref: "refs/heads/main" };
const pushOther: Event = { name: "push", ref: "refs/heads/feature" };
const tagged: Event = { name: "push", ref: "refs/tags/main" };
const pull: Event = { name: "pull_request", ref: "refs/pull/7/merge", base: "main" };
const pullToOther: Event = { name: "pull_request", ref: "refs/pull/7/merge", base: "release" };
const mergeGroup: Event = { name: "merge_group", ref: "refs/heads/gh-readonly-queue/main/pr-7-0123456789ab" };
const scheduled: Event = { name: "schedule", ref: "refs/heads/main" };
const dispatchMain: Event = { name: "workflow_dispatch", ref: "refs/heads/main" };
const dispatchOther: Event = { name: "workflow_dispatch", ref: "refs/heads/feature" };

const planned = (build: readonly string[], publish: boolean, deploy: boolean, integrate = true, current = true) => ({
  plan: {
    build: JSON.stringify(build),
    carried: '{"carried":1}',
    integrate: String(integrate),
    changed: '["changed"]',
    proven: integrate ? "{}" : '{"proven":1}',
    publish: String(publish),
    deploy: String(deploy),
    tag: "sha-0123456789ab",
  },
  integrate: { tested: '{"tested":1}' },
  publish: { published: '{"published":1}', current: String(current) },
});
const one = ["rocket-ecommerce"];
const release = planned(one, true, true);

/** One letter a job, in the order plan, check, build, integrate, publish, deploy, gate: s, f, c, or - for skipped. */
const letters: Record<Result, string> = { success: "s", failure: "f", cancelled: "c", skipped: "-" };
const shown = (results: Readonly<Record<string, Result>>): string =>
  ["plan", "check", "build", "integrate", "publish", "deploy", "gate"].map((id) => letters[results[id]!]).join("");

describe("ci-cd", () => {
  test.each<[string, string, Scenario]>([
    ["a push to main is published and deployed", "sssssss", { event: pushMain, outputs: release }],
    [
      "a push to main is published without a machine to deploy to",
      "sssss-s",
      { event: pushMain, outputs: planned(one, true, false) },
    ],
    [
      "a push to main of a fork without settings is only tested",
      "ssss--s",
      { event: pushMain, outputs: planned(one, false, false) },
    ],
    [
      "an application that was not published is not deployed",
      "ssss--s",
      { event: pushMain, outputs: planned(one, false, true) },
    ],
    [
      "a pull request that changes no input is only planned and checked",
      "ss----s",
      { event: pull, outputs: planned([], false, false, false) },
    ],
    [
      "images that were tested together before are published and deployed without a test",
      "ss--sss",
      { event: pushMain, outputs: planned([], true, true, false) },
    ],
    [
      "images that are all carried, and were not tested together, are tested",
      "ss-ssss",
      { event: pushMain, outputs: planned([], true, true) },
    ],
    [
      "a release that a newer one supersedes is not deployed, and that is no failure",
      "sssss-s",
      { event: pushMain, outputs: planned(one, true, true, true, false) },
    ],
    [
      "a failed integration of carried images fails the gate, and nothing is published",
      "ss-f--f",
      { event: pushMain, outputs: planned([], true, true), results: { integrate: "failure" } },
    ],
    [
      "a failed check fails the gate, and carried images are not published",
      "sf----f",
      { event: pushMain, outputs: planned([], true, true, false), results: { check: "failure" } },
    ],
    [
      "a failed plan fails the gate, and carried images are not published",
      "fs----f",
      { event: pushMain, outputs: planned([], true, true, false), results: { plan: "failure" } },
    ],
    [
      "a cancelled build fails the gate, and nothing is tested",
      "ssc---f",
      { event: pushMain, outputs: release, results: { build: "cancelled" } },
    ],
    ["a manual run on main is published and deployed", "sssssss", { event: dispatchMain, outputs: release }],
    [
      "a manual run on another branch is only tested, whatever was planned",
      "ssss--s",
      { event: dispatchOther, outputs: release },
    ],
    ["a pull request is only tested, whatever was planned", "ssss--s", { event: pull, outputs: release }],
    ["a merge group is only tested, whatever was planned", "ssss--s", { event: mergeGroup, outputs: release }],
    [
      "a failed integration of a merge group fails the gate, so that the queue does not merge it",
      "sssf--f",
      { event: mergeGroup, outputs: release, results: { integrate: "failure" } },
    ],
    ["a failed plan fails the gate", "fs----f", { event: pushMain, outputs: release, results: { plan: "failure" } }],
    [
      "a failed check fails the gate, and nothing is published",
      "sfss--f",
      { event: pushMain, outputs: release, results: { check: "failure" } },
    ],
    [
      "a failed check of a pull request fails the gate",
      "sfss--f",
      { event: pull, outputs: release, results: { check: "failure" } },
    ],
    [
      "a failed check fails the gate without an application to build",
      "sf----f",
      { event: pull, outputs: planned([], false, false, false), results: { check: "failure" } },
    ],
    ["a failed build fails the gate", "ssf---f", { event: pushMain, outputs: release, results: { build: "failure" } }],
    [
      "one failed leg fails the gate",
      "ssf---f",
      { event: pushMain, outputs: planned(appNames, true, true), results: { "build/flask-soft-ui": "failure" } },
    ],
    [
      "a failed integration fails the gate",
      "sssf--f",
      { event: pushMain, outputs: release, results: { integrate: "failure" } },
    ],
    [
      "a failed integration of a pull request fails the gate",
      "sssf--f",
      { event: pull, outputs: release, results: { integrate: "failure" } },
    ],
    [
      "a failed publish fails the gate",
      "ssssf-f",
      { event: pushMain, outputs: release, results: { publish: "failure" } },
    ],
    [
      "a failed deploy fails the gate",
      "sssssff",
      { event: pushMain, outputs: release, results: { deploy: "failure" } },
    ],
    [
      "a cancelled plan fails the gate",
      "cs----f",
      { event: pushMain, outputs: release, results: { plan: "cancelled" } },
    ],
    [
      "a cancelled check fails the gate",
      "scss--f",
      { event: pushMain, outputs: release, results: { check: "cancelled" } },
    ],
    [
      "a cancelled deploy fails the gate",
      "ssssscf",
      { event: pushMain, outputs: release, results: { deploy: "cancelled" } },
    ],
    ["a plan without outputs fails the gate", "ssf---f", { event: pushMain }],
    [
      "a plan whose applications are no list fails the gate",
      "ssf---f",
      { event: pull, outputs: { plan: { build: "all" } } },
    ],
  ])("%s: %s", (_, jobs, scenario) => {
    expect(shown(simulate(ciCd, scenario)!.results)).toBe(jobs);
  });

  test.each([
    ["a push to another branch", pushOther],
    ["a tag", tagged],
    ["a pull request to another branch", pullToOther],
    ["a schedule", scheduled],
  ])("%s starts no run", (_, event) => expect(simulate(ciCd, { event })).toBeUndefined());

  test("exactly the planned applications are legs", () => {
    const apps = ["docs-django-react", "ecommerce-flask"];
    const simulation = simulate(ciCd, { event: pull, outputs: planned(apps, false, false) });
    expect(simulation?.legs).toEqual({ build: apps });
    expect(simulation?.env["build"]).toEqual({
      APP: "docs-django-react",
      LAYERS: ".pipeline/layers/layers-docs-django-react",
    });
  });

  test("each stage gets its inputs", () => {
    const { env } = simulate(ciCd, { event: pushMain, outputs: release })!;
    expect(env["integrate"]).toEqual({
      CARRIED: '{"carried":1}',
      CHANGED: '["changed"]',
      DOCKER_USERNAME: "",
    });
    expect(env["publish"]).toMatchObject({
      CARRIED: '{"carried":1}',
      TESTED: '{"tested":1}',
      TAG: "sha-0123456789ab",
    });
    expect(env["deploy"]).toMatchObject({ PUBLISHED: '{"published":1}', TAG: "sha-0123456789ab" });
  });

  test("without an integration, the images that are proven together are those that are published", () => {
    const { env } = simulate(ciCd, { event: pushMain, outputs: planned([], true, true, false) })!;
    expect(env["publish"]).toMatchObject({ TESTED: '{"proven":1}' });
  });

  test("only the runs of one pull request share a concurrency group", () => {
    expect(simulate(ciCd, { event: pull })?.group).toBe("ci-cd-refs/pull/7/merge");
    expect(simulate(ciCd, { event: pushMain })?.group).toBe("ci-cd-1");
    // Two groups of one queue test different merges: neither may cancel the other.
    expect(simulate(ciCd, { event: mergeGroup })?.group).toBe("ci-cd-1");
  });
});

describe("redeploy", () => {
  const inputs = { app: "all", tag: "sha-0123456789ab", reason: "" };
  test("runs on main with the inputs of the form", () => {
    const simulation = simulate(redeploy, { event: { ...dispatchMain, inputs } });
    expect(simulation?.results).toEqual({ redeploy: "success" });
    expect(simulation?.env["redeploy"]).toMatchObject({ APP: "all", TAG: "sha-0123456789ab", REASON: "" });
  });
  test("is skipped on another branch", () => {
    expect(simulate(redeploy, { event: { ...dispatchOther, inputs } })?.results).toEqual({ redeploy: "skipped" });
  });
  test.each([pushMain, pull])("is not started by $name", (event) =>
    expect(simulate(redeploy, { event })).toBeUndefined(),
  );
});

describe("weekly", () => {
  const everything = planned(appNames, true, true);

  test.each([
    ["on its schedule", scheduled],
    ["by hand on main", dispatchMain],
    ["by hand on another branch", dispatchOther],
  ])("%s it builds and tests every application, and tells plan to believe nothing", (_, event) => {
    const simulation = simulate(weekly, { event, outputs: everything })!;
    expect(simulation.results).toEqual({
      plan: "success",
      check: "success",
      build: "success",
      integrate: "success",
      gate: "success",
    });
    expect(simulation.legs).toEqual({ build: appNames });
    expect(simulation.env["plan"]).toMatchObject({ FRESH: "true" });
  });

  test.each(["plan", "check", "build", "build/flask-soft-ui", "integrate"])("a failed %s fails the gate", (job) => {
    const results = { [job]: "failure" as const };
    expect(simulate(weekly, { event: scheduled, outputs: everything, results })?.results["gate"]).toBe("failure");
  });

  test.each([pushMain, pull, mergeGroup])("is not started by $name", (event) =>
    expect(simulate(weekly, { event })).toBeUndefined(),
  );

  test("no run cancels another", () => expect(simulate(weekly, { event: scheduled })?.group).toBe("weekly-1"));

  test("no job has a secret, an environment or a permission to write", () => {
    const text = JSON.stringify(weekly);
    expect(text).not.toContain("secrets.");
    expect(text).not.toContain('"environment"');
    expect(text).not.toContain('"write"');
  });
});

test("outside of the weekly run, plan believes what is released", () =>
  expect(simulate(ciCd, { event: pushMain, outputs: release })?.env["plan"]).not.toHaveProperty("FRESH"));

const endings = fc.constantFrom<Exclude<Result, "skipped">>("success", "success", "success", "failure", "cancelled");
const outputs = fc
  .record({
    build: fc.subarray([...appNames]),
    publish: fc.boolean(),
    deploy: fc.boolean(),
    integrate: fc.boolean(),
    current: fc.boolean(),
  })
  .map(({ build, publish, deploy, integrate, current }) => planned(build, publish, deploy, integrate, current));
const results = fc.dictionary(fc.constantFrom("plan", "check", "build", "integrate", "publish", "deploy"), endings);

test("the gate succeeds exactly if every job that ran succeeded", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(pushMain, pull, mergeGroup, dispatchMain, dispatchOther),
      outputs,
      results,
      (event, given, ended) => {
        const { gate, ...others } = simulate(ciCd, { event, outputs: given, results: ended })!.results;
        expect(gate).toBe(
          Object.values(others).every((end) => end === "success" || end === "skipped") ? "success" : "failure",
        );
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["ci-cd", ciCd],
  ["redeploy", redeploy],
])("%s: on another branch no job with secrets runs, whatever its inputs are", (_, workflow) => {
  const secret = Object.keys(workflow.jobs).filter((id) => JSON.stringify(workflow.jobs[id]).includes("secrets."));
  expect(secret.length).toBeGreaterThan(0);
  fc.assert(
    fc.property(
      fc.constantFrom(
        pull,
        mergeGroup,
        dispatchOther,
        { ...dispatchOther, ref: "refs/tags/main" },
        { ...dispatchOther, ref: "refs/heads/main2" },
      ),
      outputs,
      results,
      (event, given, ended) => {
        const simulation = simulate(workflow, { event, outputs: given, results: ended });
        for (const id of secret) expect(simulation?.results[id] ?? "skipped").toBe("skipped");
      },
    ),
  );
});

test.each([
  ["'false' && 'yes' || 'no'", "yes"],
  ["'false' == 'true' && 'yes' || 'no'", "no"],
  ["needs.gone.outputs.flag == 'true'", "false"],
])("expressions are evaluated as on GitHub: %s is %s", (expression, value) =>
  expect(evaluate(expression, { needs: {} })).toBe(value),
);

describe("the release document is the only thing that a later run believes, and a pull request cannot write it", () => {
  const token = "secrets.DOCKER_HUB_ACCESS_TOKEN";
  const holders = (workflow: typeof ciCd): readonly string[] =>
    Object.keys(workflow.jobs).filter((id) => JSON.stringify(workflow.jobs[id]).includes(token));

  test("one job has the token that writes it, and that job runs no test and builds nothing", () => {
    expect([ciCd, redeploy, weekly].map(holders)).toEqual([["publish"], [], []]);
    const runs = ciCd.jobs["publish"]?.steps.flatMap(({ run }) => run ?? []);
    expect(runs).toEqual(["npm run --silent stage -- publish"]);
  });

  test.each([
    ["a pull request, of a fork or not", pull],
    ["a merge group", mergeGroup],
    ["another branch", dispatchOther],
    ["a tag called main", { ...dispatchOther, ref: "refs/tags/main" }],
  ])("%s never runs that job, whatever its jobs hand on", (_, event) => {
    fc.assert(
      fc.property(outputs, results, (given, ended) => {
        const simulation = simulate(ciCd, { event, outputs: given, results: ended });
        expect(simulation?.results["publish"]).toBe("skipped");
        expect(simulation?.env).not.toHaveProperty("publish");
      }),
    );
  });

  test("no verdict comes from a cache of GitHub, which holds layers of images at most, or from another run", () => {
    for (const workflow of [ciCd, weekly, redeploy]) {
      const cached = Object.values(workflow.jobs).flatMap(({ steps }) =>
        steps.filter((step) => JSON.stringify(step).includes("actions/cache")),
      );
      for (const step of cached)
        expect(step).toHaveProperty("with.path", expect.stringMatching(/^\.pipeline\/layers\//u));
      expect(JSON.stringify(workflow)).not.toMatch(/type=gha|"run-id"|"cache":/u);
    }
  });

  test("a job that a test runs in hands on what it claims, and the job that publishes waits for all of them", () => {
    expect(ciCd.jobs["publish"]?.needs).toEqual(["plan", "check", "build", "integrate"]);
  });
});
