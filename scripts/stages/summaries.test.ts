/** The structure of the summaries of the jobs: tables whose rows have as many cells as their heads. */
import { describe, expect, test } from "vitest";
import { type AppName, appNames } from "../../apps/catalog.ts";
import type { Digest } from "../../contract/digests.ts";
import { type Proof, type Work, proofVersion } from "../../contract/proof.ts";
import { type AppFacts, type Comparison, decide } from "../release/decide.ts";
import { planSummary } from "../release/plan-summary.ts";
import { savedBy, workSummary, workTable } from "../reports/work-table.ts";
import { changes } from "../rollout/changes.ts";

/** The tables of a text: rows of cells. */
function tablesIn(markdown: string): readonly (readonly (readonly string[])[])[] {
  const cells = (row: string) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/u)
      .map((cell) => cell.trim());
  return [...markdown.matchAll(/(?:^\|.*\|$\n?)+/gmu)].map(([table]) => table.trimEnd().split("\n").map(cells));
}
const columnIn = (markdown: string, name: string): readonly (string | undefined)[] =>
  tablesIn(markdown).flatMap(([head = [], , ...rows]) => rows.map((row) => row[head.indexOf(name)]));

const digest = `sha256:${"c".repeat(64)}` as Digest;
const proof = (work: Work, milliseconds: number, at = "2026-11-24T12:00:00.000Z"): Proof => ({
  version: proofVersion,
  work,
  inputs: digest,
  passed: 1102,
  images: { [work]: digest },
  milliseconds,
  run: "1234",
  at,
});
const [shop, ...others] = appNames;
const file = "a|b\n<img src=x>";
/** Everything is carried, but for the shop: a file of it changed. */
const compared = (proofs: readonly Proof[]): Comparison => ({
  release: 57,
  proofs,
  apps: Object.fromEntries(
    appNames.map((app): [AppName, AppFacts] => [
      app,
      app === shop
        ? { inputs: digest, proof: undefined, held: false, changed: [file] }
        : { inputs: digest, proof: proof(app, 60_000), held: true, changed: [] },
    ]),
  ) as Comparison["apps"],
});
const planOf = (comparison: Comparison | string, accountSet = true): string =>
  planSummary(
    decide({
      trigger: { kind: "push", onMain: true, commit: "a".repeat(40) },
      tag: "sha-1",
      accountSet,
      hostSet: true,
      compared: comparison,
    }),
  );

test.each([
  ["a plan with a release", planOf(compared([]))],
  ["a plan without a release", planOf("nothing is released")],
  ["what a job did", workSummary([{ work: "check", tests: { passed: 3, failed: 0, skipped: 1 }, milliseconds: 1 }])],
  ["a rollout", changes("Deployed", {}, {})],
])("%s: every row of a table has the cells of its head", (_, summary) => {
  const tables = tablesIn(summary);
  expect(tables).toHaveLength(1);
  for (const rows of tables) for (const row of rows) expect(row).toHaveLength(rows[0]!.length);
});

describe("the summary of a plan", () => {
  test("has a row for each piece of work, with what becomes of it", () => {
    const summary = planOf(compared([]));
    expect(columnIn(summary, "work")).toEqual([...appNames, "integration", "publish", "deploy"]);
    expect(columnIn(summary, "decision")).toEqual(["build", ...others.map(() => "carry"), "test", "yes", "yes"]);
  });
  test("names the run that proved what is carried, and the file for which the rest is built", () => {
    const [built, carried] = columnIn(planOf(compared([])), "reason");
    if (others.length > 0)
      for (const fact of ["run 1234", "24 November", "1,102 tests"]) expect(carried).toContain(fact);
    expect(built).toContain("a\\|b");
    expect(built).not.toContain("<");
  });
  test("has the saved time of what is carried, and no other", () => {
    const summary = planOf(compared([]));
    expect(columnIn(summary, "saved")).toEqual(["–", ...others.map(() => "1 min 0 s"), "–", "", ""]);
    if (others.length > 0) expect(summary).toContain(`${others.length} min 0 s of work saved`);
  });
  test("has the critical path by the newest times of earlier runs", () => {
    const older = proof(shop!, 5000, "2026-11-23T12:00:00.000Z");
    const summary = planOf(compared([older, proof(shop!, 30_000), proof("integration", 120_000)]));
    expect(columnIn(summary, "time")[0]).toContain("30.0 s");
    expect(summary).toContain(`${shop} 30.0 s → integration 2 min 0 s, together 2 min 30 s`);
  });
  test("promises no time that is unknown", () => {
    const summary = planOf(compared([proof(shop!, 30_000)]));
    expect(columnIn(summary, "time").at(-3)).toBe("unknown");
    expect(summary).not.toContain(", together");
  });
  test("lists why nothing is published", () => expect(planOf(compared([]), false)).toMatch(/^- .*DOCKER_USERNAME/mu));
});

describe("the table of what a run did", () => {
  const done = [
    { work: "check", tests: { passed: 2000, failed: 0, skipped: 0 }, milliseconds: 61_000 },
    {
      work: "integration",
      tests: { passed: 1102, failed: 0, skipped: 0 },
      milliseconds: 120_000,
      proof: proof("integration", 120_000),
    },
  ] as const;
  test("has the time of what was done, and what a proof saved", () => {
    expect(workTable(done).map(([work, , time, saved]) => [work, time, saved])).toEqual([
      ["work", "time", "saved"],
      ["check", "1 min 1 s", "–"],
      ["integration", "–", "2 min 0 s"],
    ]);
    expect(savedBy(done)).toBe(120_000);
  });
  test("is the same in the summary of a job", () =>
    expect(tablesIn(workSummary(done))[0]?.filter((_, row) => row !== 1)).toEqual(workTable(done)));
});
