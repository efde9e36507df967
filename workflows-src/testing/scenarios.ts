/** Events, outputs of plan and results of jobs for the tests that simulate the committed workflows. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { appNames } from "../../apps/catalog.ts";
import { type Event, type Result, read } from "./simulate.ts";

const committed = (name: string) => read(readFileSync(`.github/workflows/${name}.yml`, "utf8"));
export const ciCd = committed("ci-cd");
export const redeploy = committed("redeploy");
export const weekly = committed("weekly");

export const pushMain: Event = { name: "push", ref: "refs/heads/main" };
export const pushOther: Event = { name: "push", ref: "refs/heads/feature" };
export const tagged: Event = { name: "push", ref: "refs/tags/main" };
export const pull: Event = { name: "pull_request", ref: "refs/pull/7/merge", base: "main" };
export const pullToOther: Event = { name: "pull_request", ref: "refs/pull/7/merge", base: "release" };
export const mergeGroup: Event = { name: "merge_group", ref: "refs/heads/gh-readonly-queue/main/pr-7-0123456789ab" };
export const scheduled: Event = { name: "schedule", ref: "refs/heads/main" };
export const dispatchMain: Event = { name: "workflow_dispatch", ref: "refs/heads/main" };
export const dispatchOther: Event = { name: "workflow_dispatch", ref: "refs/heads/feature" };

/** The outputs of a run whose plan builds these applications. */
export const planned = (
  build: readonly string[],
  publish: boolean,
  deploy: boolean,
  integrate = true,
  current = true,
) => ({
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
export const one = appNames.slice(-1);
export const release = planned(one, true, true);

const endings = fc.constantFrom<Exclude<Result, "skipped">>("success", "success", "success", "failure", "cancelled");
/** Outputs of any plan. */
export const outputs = fc
  .record({
    build: fc.subarray([...appNames]),
    publish: fc.boolean(),
    deploy: fc.boolean(),
    integrate: fc.boolean(),
    current: fc.boolean(),
  })
  .map(({ build, publish, deploy, integrate, current }) => planned(build, publish, deploy, integrate, current));
/** Results of any jobs. */
export const results = fc.dictionary(
  fc.constantFrom("plan", "check", "build", "integrate", "publish", "deploy"),
  endings,
);
