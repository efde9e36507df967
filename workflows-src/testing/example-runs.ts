/** Runs of the examples, each with what it must end with. `examples.test.ts` simulates them. */
import { appNames } from "../../apps/catalog.ts";
import { dispatchMain, dispatchOther, mergeGroup, pull, pushMain, pushOther, release, scheduled } from "./scenarios.ts";
import type { Event, Scenario } from "./simulate.ts";

export interface ExampleRun extends Scenario {
  readonly example: string;
  /** A letter for each job, in the order of the workflow: success, failure, cancelled, or - for skipped. */
  readonly ends: string;
  /** Variables of the steps. */
  readonly env?: Readonly<Record<string, string>>;
  /** The number of legs of each matrix. */
  readonly legs?: readonly number[];
}

const tag: Event = { name: "push", ref: "refs/tags/v1.2" };
const releaseBranch: Event = { name: "push", ref: "refs/heads/release/1/2" };
const published: Event = { name: "release", ref: "refs/tags/v1.2", payload: { release: { tag_name: "v1.2" } } };
const labelled = (name: string): Event => ({ ...pull, payload: { label: { name } } });
const fromFork: Event = { ...pull, payload: { pull_request: { head: { repo: { fork: true } } } } };
const asked: Event = {
  name: "repository_dispatch",
  ref: "refs/heads/main",
  payload: { client_payload: { version: "3.1" } },
};
const afterRun = (full_name: string, conclusion = "success"): Event => ({
  name: "workflow_run",
  ref: "refs/heads/main",
  payload: { workflow_run: { conclusion, head_branch: "main", head_repository: { full_name } } },
});
const called: Event = { name: "workflow_call", ref: "refs/heads/main", inputs: { version: "2", minified: true } };
const filled = { reason: "", dry: false, replicas: 2, size: "small", place: "production" } as const;

export const runs: readonly ExampleRun[] = [
  { example: "schedule", event: scheduled, ends: "s" },
  { example: "schedule", event: pushMain, ends: "not started" },
  { example: "merge-queue", event: mergeGroup, ends: "ss" },
  { example: "merge-queue", event: pull, results: { check: "failure" }, ends: "ff" },
  { example: "release", event: published, ends: "s", env: { TAG: "v1.2" } },
  { example: "tags", event: tag, ends: "ss" },
  { example: "tags", event: pushMain, ends: "not started" },
  { example: "branches", event: releaseBranch, ends: "s" },
  { example: "branches", event: pushOther, ends: "not started" },
  { example: "paths", event: pushMain, ends: "s" },
  { example: "labels", event: labelled("thorough"), ends: "s" },
  { example: "labels", event: labelled("another"), ends: "-" },
  { example: "after-another", event: afterRun("owner/repository"), ends: "s" },
  { example: "after-another", event: afterRun("owner/repository", "failure"), ends: "-" },
  { example: "after-another", event: afterRun("stranger/repository"), ends: "-" },
  { example: "asked-by-program", event: asked, ends: "s", env: { VERSION: "3.1" } },
  { example: "callable", event: called, ends: "s", env: { VERSION: "2", MINIFIED: "true" } },
  {
    example: "caller",
    event: pushMain,
    outputs: { pack: { file: "pack.tgz" } },
    ends: "ss",
    env: { FILE: "pack.tgz" },
  },
  { example: "caller", event: pushMain, results: { pack: "failure" }, ends: "f-" },
  { example: "form", event: { ...dispatchMain, inputs: filled }, ends: "s", env: { REPLICAS: "2", REASON: "" } },
  { example: "form", event: { ...dispatchMain, inputs: { ...filled, dry: true } }, ends: "-" },
  { example: "optional-inputs", event: scheduled, ends: "s", env: { DEPTH: "shallow" } },
  {
    example: "optional-inputs",
    event: { ...dispatchMain, inputs: { depth: "deep" } },
    ends: "s",
    env: { DEPTH: "deep" },
  },
  { example: "matrix", event: pull, ends: "s", legs: [9] },
  { example: "matrix", event: pull, results: { "test/22, macos-15": "failure" }, ends: "f" },
  { example: "legs", event: pushMain, ends: "s", legs: [2], env: { PLATFORM: "linux/amd64" } },
  { example: "constant-matrix", event: pushMain, ends: "s", legs: [appNames.length] },
  {
    example: "numbers",
    event: pushMain,
    outputs: { split: { parts: "[1,2,3]" } },
    ends: "ss",
    legs: [3],
    env: { PART: "1" },
  },
  { example: "numbers", event: pushMain, outputs: { split: { parts: "[]" } }, ends: "s-" },
  { example: "runner", event: pushMain, ends: "ss" },
  { example: "services", event: pushMain, ends: "s" },
  { example: "container", event: pushMain, ends: "s" },
  { example: "cache", event: pushMain, ends: "s" },
  { example: "stage-cache", event: pushMain, outputs: release, ends: "ss", legs: [1] },
  { example: "beside-a-stage", event: pushMain, ends: "s" },
  { example: "twice", event: pushMain, ends: "ss" },
  { example: "may-fail", event: pushMain, ends: "s" },
  { example: "results", event: pushMain, ends: "s-" },
  { example: "results", event: pushMain, results: { deploy: "failure" }, ends: "fs" },
  { example: "results", event: pushMain, results: { deploy: "cancelled" }, ends: "c-" },
  { example: "report-failure", event: pushMain, ends: "ss-ss" },
  { example: "report-failure", event: pushMain, results: { test: "failure" }, ends: "sfssf" },
  { example: "report-failure", event: pushMain, results: { check: "cancelled" }, ends: "csssf" },
  { example: "report-failure", event: pushMain, results: { check: "failure", clean: "failure" }, ends: "fssff" },
  { example: "any-and-not", event: pushMain, ends: "ss" },
  { example: "any-and-not", event: tag, ends: "ss" },
  { example: "any-and-not", event: pull, ends: "-s" },
  { example: "any-and-not", event: fromFork, ends: "--" },
  { example: "texts", event: { ...dispatchMain, inputs: { tag: "sha-1" } }, ends: "s" },
  { example: "environments", event: pushMain, ends: "ss" },
  { example: "environments", event: pushMain, results: { publish: "failure" }, ends: "f-" },
  { example: "chosen-environment", event: { ...dispatchMain, inputs: { place: "production" } }, ends: "s" },
  { example: "chosen-environment", event: { ...dispatchOther, inputs: { place: "production" } }, ends: "-" },
  { example: "concurrency", event: pushMain, ends: "s" },
  { example: "retention", event: pushMain, outputs: release, ends: "ss" },
  { example: "checkout", event: pushMain, ends: "ss" },
  { example: "oidc", event: pushMain, ends: "s" },
];
