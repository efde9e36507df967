/** Which jobs of the committed workflows run, for an event, the outputs of plan and the results of jobs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectedRuns, shown, startsNothing } from "./expected-runs.ts";
import {
  ciCd,
  dispatchMain,
  dispatchOther,
  mergeGroup,
  outputs,
  planned,
  pull,
  pushMain,
  redeploy,
  release,
  results,
} from "./scenarios.ts";
import { evaluate, simulate } from "./simulate.ts";

describe("ci-cd", () => {
  test.each(expectedRuns)("%s: %s", (_, jobs, scenario) => {
    expect(shown(simulate(ciCd, scenario)!.results)).toBe(jobs);
  });

  test.each(startsNothing)("%s starts no run", (_, event) => expect(simulate(ciCd, { event })).toBeUndefined());

  test("exactly the planned applications are legs", () => {
    const apps = ["one-app", "another-app"];
    const simulation = simulate(ciCd, { event: pull, outputs: planned(apps, false, false) });
    expect(simulation?.legs).toEqual({ build: apps });
    expect(simulation?.env["build"]).toEqual({
      APP: "one-app",
      LAYERS: ".pipeline/layers/layers-one-app",
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
