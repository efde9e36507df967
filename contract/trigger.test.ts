import { describe, expect, test } from "vitest";
import { trigger } from "./trigger.ts";
import { UserError } from "./user-error.ts";

const commit = "a".repeat(40);
const github = (name: string | undefined, rest = {}) => ({
  GITHUB_ACTIONS: "true",
  GITHUB_EVENT_NAME: name,
  GITHUB_REF: "refs/heads/main",
  GITHUB_SHA: commit,
  ...rest,
});
const ref = (name: string) => ({ GITHUB_REF: name });

describe("the event that started a run", () => {
  test.each([
    { env: {}, is: { kind: "laptop" } },
    { env: github("push"), is: { kind: "push", onMain: true, commit } },
    { env: github("push", ref("refs/heads/x")), is: { kind: "push", onMain: false, commit } },
    { env: github("push", ref("refs/tags/main")), is: { kind: "push", onMain: false, commit } },
    { env: github("pull_request", ref("refs/pull/1/merge")), is: { kind: "pull request", onMain: false, commit } },
    {
      env: github("merge_group", ref("refs/heads/gh-readonly-queue/main/pr-7-0123456789ab")),
      is: { kind: "merge group", onMain: false, commit },
    },
    { env: github("schedule"), is: { kind: "schedule", onMain: true, commit } },
    { env: github("workflow_dispatch"), is: { kind: "dispatch", onMain: true, commit } },
    { env: github("workflow_dispatch", ref("refs/heads/x")), is: { kind: "dispatch", onMain: false, commit } },
  ])("is parsed as $is.kind", ({ env, is }) => expect(trigger(env)).toEqual(is));

  test.each([
    { env: github("push", { GITHUB_SHA: "HEAD" }), names: "GITHUB_SHA" },
    { env: github("push", { GITHUB_SHA: undefined }), names: "GITHUB_SHA" },
    { env: github("push", { GITHUB_SHA: `${commit}; rm -rf` }), names: "GITHUB_SHA" },
    { env: github(undefined), names: "GITHUB_EVENT_NAME" },
    { env: github("pull_request_target"), names: "pull_request_target" },
    { env: github("workflow_run"), names: "workflow_run" },
    { env: github("toString"), names: "toString" },
  ])("is refused when it is malformed; the message names $names", ({ env, names }) => {
    expect(() => trigger(env)).toThrow(UserError);
    expect(() => trigger(env)).toThrow(names);
  });
});
