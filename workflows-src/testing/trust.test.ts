/** No run but one of main reads a secret, or writes what a later run believes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ciCd, dispatchOther, mergeGroup, outputs, pull, redeploy, results, weekly } from "./scenarios.ts";
import { simulate } from "./simulate.ts";

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
