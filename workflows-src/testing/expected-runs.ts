/** Which jobs of ci-cd run: a table of scenarios and results, for the tests and for `npm run mutants`. */
import { appNames } from "../../apps/catalog.ts";
import {
  dispatchMain,
  dispatchOther,
  mergeGroup,
  one,
  planned,
  pull,
  pullToOther,
  pushMain,
  pushOther,
  release,
  scheduled,
  tagged,
} from "./scenarios.ts";
import type { Event, Result, Scenario } from "./simulate.ts";

/** One letter a job, in the order plan, check, build, integrate, publish, deploy, gate: s, f, c, or - for skipped. */
const letters: Record<Result, string> = { success: "s", failure: "f", cancelled: "c", skipped: "-" };
export const shown = (ends: Readonly<Record<string, Result>>): string =>
  ["plan", "check", "build", "integrate", "publish", "deploy", "gate"].map((id) => letters[ends[id]!]).join("");

/** A title, the results of the jobs as letters, and the scenario. */
export const expectedRuns: readonly (readonly [title: string, jobs: string, scenario: Scenario])[] = [
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
    { event: pushMain, outputs: planned(appNames, true, true), results: { [`build/${appNames[0]}`]: "failure" } },
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
  ["a failed deploy fails the gate", "sssssff", { event: pushMain, outputs: release, results: { deploy: "failure" } }],
  ["a cancelled plan fails the gate", "cs----f", { event: pushMain, outputs: release, results: { plan: "cancelled" } }],
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
];

/** Events that start no run of ci-cd. */
export const startsNothing: readonly (readonly [title: string, event: Event])[] = [
  ["a push to another branch", pushOther],
  ["a tag", tagged],
  ["a pull request to another branch", pullToOther],
  ["a schedule", scheduled],
];
