/** "This event, with this plan and these results, runs these jobs": over the committed YAML. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { type Event, type Play, type Result, evaluate, read, simulate } from "./simulate.ts";

const committed = (name: string) => read(readFileSync(`.github/workflows/${name}.yml`, "utf8"));
const ciCd = committed("ci-cd");
const redeploy = committed("redeploy");

const pushMain: Event = { name: "push", ref: "refs/heads/main" };
const pushOther: Event = { name: "push", ref: "refs/heads/feature" };
const tagged: Event = { name: "push", ref: "refs/tags/main" };
const pull: Event = { name: "pull_request", ref: "refs/pull/7/merge", base: "main" };
const pullToOther: Event = { name: "pull_request", ref: "refs/pull/7/merge", base: "release" };
const dispatchMain: Event = { name: "workflow_dispatch", ref: "refs/heads/main" };
const dispatchOther: Event = { name: "workflow_dispatch", ref: "refs/heads/feature" };

const planned = (apps: readonly string[], publish: boolean, deploy: boolean) => ({
  plan: { apps: JSON.stringify(apps), publish: String(publish), deploy: String(deploy), tag: "sha-0123456789ab" },
  integrate: { tested: '{"tested":1}' },
  publish: { published: '{"published":1}' },
});
const one = ["rocket-ecommerce"];
const ship = planned(one, true, true);

/** One letter a job, in the order plan, check, build, integrate, publish, deploy, gate: s, f, c, or - for skipped. */
const letters: Record<Result, string> = { success: "s", failure: "f", cancelled: "c", skipped: "-" };
const shown = (results: Readonly<Record<string, Result>>): string =>
  ["plan", "check", "build", "integrate", "publish", "deploy", "gate"].map((id) => letters[results[id]!]).join("");

describe("ci-cd", () => {
  test.each<[string, string, Play]>([
    ["a push to main ships", "sssssss", { event: pushMain, outputs: ship }],
    [
      "a push to main without a server is published",
      "sssss-s",
      { event: pushMain, outputs: planned(one, true, false) },
    ],
    [
      "a fresh fork's main without settings is tested",
      "ssss--s",
      { event: pushMain, outputs: planned(one, false, false) },
    ],
    ["nothing is deployed that was not published", "ssss--s", { event: pushMain, outputs: planned(one, false, true) }],
    ["a change of documentation builds nothing", "ss----s", { event: pushMain, outputs: planned([], false, false) }],
    ["nothing to build, whatever else was planned", "ss----s", { event: pushMain, outputs: planned([], true, true) }],
    ["a dispatch on main ships", "sssssss", { event: dispatchMain, outputs: ship }],
    ["a dispatch on a branch only tests, whatever was planned", "ssss--s", { event: dispatchOther, outputs: ship }],
    ["a pull request only tests, whatever was planned", "ssss--s", { event: pull, outputs: ship }],
    ["a failed plan is red", "fs----f", { event: pushMain, outputs: ship, results: { plan: "failure" } }],
    [
      "a failed check is red and publishes nothing",
      "sfss--f",
      { event: pushMain, outputs: ship, results: { check: "failure" } },
    ],
    [
      "a failed check of a pull request is red",
      "sfss--f",
      { event: pull, outputs: ship, results: { check: "failure" } },
    ],
    [
      "a failed check is red where there is nothing to build",
      "sf----f",
      { event: pull, outputs: planned([], false, false), results: { check: "failure" } },
    ],
    ["a failed build is red", "ssf---f", { event: pushMain, outputs: ship, results: { build: "failure" } }],
    [
      "one failed leg is red",
      "ssf---f",
      { event: pushMain, outputs: planned(appNames, true, true), results: { "build/flask-soft-ui": "failure" } },
    ],
    ["a failed integration is red", "sssf--f", { event: pushMain, outputs: ship, results: { integrate: "failure" } }],
    [
      "a failed integration of a pull request is red",
      "sssf--f",
      { event: pull, outputs: ship, results: { integrate: "failure" } },
    ],
    ["a failed publish is red", "ssssf-f", { event: pushMain, outputs: ship, results: { publish: "failure" } }],
    ["a failed deploy is red", "sssssff", { event: pushMain, outputs: ship, results: { deploy: "failure" } }],
    ["a cancelled plan is red", "cs----f", { event: pushMain, outputs: ship, results: { plan: "cancelled" } }],
    ["a cancelled check is red", "scss--f", { event: pushMain, outputs: ship, results: { check: "cancelled" } }],
    ["a cancelled deploy is red", "ssssscf", { event: pushMain, outputs: ship, results: { deploy: "cancelled" } }],
    ["a plan that gave nothing is red", "ssf---f", { event: pushMain }],
    ["a plan that gave no list is red", "ssf---f", { event: pull, outputs: { plan: { apps: "all" } } }],
  ])("%s: %s", (_, jobs, play) => {
    expect(shown(simulate(ciCd, play)!.results)).toBe(jobs);
  });

  test.each([
    ["a push to another branch", pushOther],
    ["a tag", tagged],
    ["a pull request to another branch", pullToOther],
  ])("%s starts nothing", (_, event) => expect(simulate(ciCd, { event })).toBeUndefined());

  test("each planned application is a leg, and no other", () => {
    const apps = ["docs-django-react", "ecommerce-flask"];
    const played = simulate(ciCd, { event: pull, outputs: planned(apps, false, false) });
    expect(played?.legs).toEqual({ build: apps });
    expect(played?.env["build"]).toEqual({ APP: "docs-django-react" });
  });

  test("values reach the stages that take them", () => {
    const { env } = simulate(ciCd, { event: pushMain, outputs: ship })!;
    expect(env["integrate"]).toEqual({ APPS: JSON.stringify(one) });
    expect(env["publish"]).toMatchObject({ TESTED: '{"tested":1}', TAG: "sha-0123456789ab" });
    expect(env["deploy"]).toMatchObject({ PUBLISHED: '{"published":1}', TAG: "sha-0123456789ab" });
  });

  test("a newer push ends the older run of a pull request, and no run of main", () => {
    expect(simulate(ciCd, { event: pull })?.group).toBe("ci-cd-refs/pull/7/merge");
    expect(simulate(ciCd, { event: pushMain })?.group).toBe("ci-cd-1");
  });
});

describe("redeploy", () => {
  const inputs = { app: "all", tag: "sha-0123456789ab", reason: "" };
  test("on main it runs, with what was filled in", () => {
    const played = simulate(redeploy, { event: { ...dispatchMain, inputs } });
    expect(played?.results).toEqual({ redeploy: "success" });
    expect(played?.env["redeploy"]).toMatchObject({ APP: "all", TAG: "sha-0123456789ab", REASON: "" });
  });
  test("from another branch it does not", () => {
    expect(simulate(redeploy, { event: { ...dispatchOther, inputs } })?.results).toEqual({ redeploy: "skipped" });
  });
  test.each([pushMain, pull])("$name does not start it", (event) =>
    expect(simulate(redeploy, { event })).toBeUndefined(),
  );
});

const ends = fc.constantFrom<Exclude<Result, "skipped">>("success", "success", "success", "failure", "cancelled");
const outputs = fc
  .record({ apps: fc.subarray([...appNames]), publish: fc.boolean(), deploy: fc.boolean() })
  .map(({ apps, publish, deploy }) => planned(apps, publish, deploy));
const results = fc.dictionary(fc.constantFrom("plan", "check", "build", "integrate", "publish", "deploy"), ends);

test("the gate is green exactly when every job that ran succeeded", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(pushMain, pull, dispatchMain, dispatchOther),
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
])("%s: away from main no job with secrets runs, whatever its inputs say", (_, workflow) => {
  const secret = Object.keys(workflow.jobs).filter((id) => JSON.stringify(workflow.jobs[id]).includes("secrets."));
  expect(secret.length).toBeGreaterThan(0);
  fc.assert(
    fc.property(
      fc.constantFrom(
        pull,
        dispatchOther,
        { ...dispatchOther, ref: "refs/tags/main" },
        { ...dispatchOther, ref: "refs/heads/main2" },
      ),
      outputs,
      results,
      (event, given, ended) => {
        const played = simulate(workflow, { event, outputs: given, results: ended });
        for (const id of secret) expect(played?.results[id] ?? "skipped").toBe("skipped");
      },
    ),
  );
});

test.each([
  ["'false' && 'yes' || 'no'", "yes"],
  ["'false' == 'true' && 'yes' || 'no'", "no"],
  ["needs.gone.outputs.flag == 'true'", "false"],
])("the engine is GitHub's: %s is %s", (expression, value) => expect(evaluate(expression, { needs: {} })).toBe(value));
