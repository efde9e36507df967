/** The weekly workflow proves everything anew, and has no secret. */
import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import {
  ciCd,
  dispatchMain,
  dispatchOther,
  mergeGroup,
  planned,
  pull,
  pushMain,
  release,
  scheduled,
  weekly,
} from "./scenarios.ts";
import { simulate } from "./simulate.ts";

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

  test.each(["plan", "check", "build", `build/${appNames[0]}`, "integrate"])("a failed %s fails the gate", (job) => {
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
