/** Which jobs of the committed workflows run, for an event, the outputs of plan and the results of jobs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import {
  ciCd,
  dispatchMain,
  dispatchOther,
  mergeGroup,
  one,
  outputs,
  planned,
  pull,
  pullToOther,
  pushMain,
  pushOther,
  redeploy,
  release,
  results,
  scheduled,
  tagged,
} from "./scenarios.ts";
import { type Result, type Scenario, evaluate, simulate } from "./simulate.ts";

/** One letter a job, in the order plan, check, build, integrate, publish, deploy, gate: s, f, c, or - for skipped. */
const letters: Record<Result, string> = { success: "s", failure: "f", cancelled: "c", skipped: "-" };
const shown = (ends: Readonly<Record<string, Result>>): string =>
  ["plan", "check", "build", "integrate", "publish", "deploy", "gate"].map((id) => letters[ends[id]!]).join("");

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
  ["'false' && 'yes' || 'no'", "yes"],
  ["'false' == 'true' && 'yes' || 'no'", "no"],
  ["needs.gone.outputs.flag == 'true'", "false"],
])("expressions are evaluated as on GitHub: %s is %s", (expression, value) =>
  expect(evaluate(expression, { needs: {} })).toBe(value),
);
