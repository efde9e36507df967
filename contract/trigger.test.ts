import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { trigger } from "./trigger.ts";
import { UserError } from "./user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "wmd-trigger-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (path: string) => readFileSync(path, "utf8");
const commit = "a".repeat(40);
const other = "b".repeat(40);
let files = 0;
const event = (content: unknown): string => {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const github = (name: string, content: unknown, rest = {}) => ({
  GITHUB_ACTIONS: "true",
  GITHUB_EVENT_NAME: name,
  GITHUB_EVENT_PATH: event(content),
  GITHUB_REF: "refs/heads/main",
  GITHUB_SHA: commit,
  ...rest,
});

describe("the event that started a run", () => {
  test.each([
    { env: {}, is: { kind: "laptop" } },
    { env: github("push", { before: other }), is: { kind: "push", onMain: true, commit, before: other } },
    { env: github("push", { before: "0".repeat(40) }), is: { kind: "push", onMain: true, commit, before: undefined } },
    {
      env: github("push", {}, { GITHUB_REF: "refs/heads/x" }),
      is: { kind: "push", onMain: false, commit, before: undefined },
    },
    {
      env: github("pull_request", { pull_request: { base: { sha: other } } }, { GITHUB_REF: "refs/pull/1/merge" }),
      is: { kind: "pull request", commit, base: other },
    },
    { env: github("workflow_dispatch", {}), is: { kind: "dispatch", onMain: true, commit } },
  ])("is parsed as $is.kind", ({ env, is }) => expect(trigger(env, read)).toEqual(is));

  test.each([
    { env: github("push", "{"), names: "GITHUB_EVENT_PATH" },
    { env: github("push", {}, { GITHUB_EVENT_PATH: join(folder, "none") }), names: "GITHUB_EVENT_PATH" },
    { env: github("push", {}, { GITHUB_EVENT_PATH: undefined }), names: "GITHUB_EVENT_PATH" },
    { env: github("push", { before: "main; rm -rf" }), names: "before" },
    { env: github("push", {}, { GITHUB_SHA: "HEAD" }), names: "GITHUB_SHA" },
    { env: github("push", {}, { GITHUB_SHA: undefined }), names: "GITHUB_SHA" },
    { env: github("pull_request", {}), names: "pull_request" },
    { env: github("pull_request", { pull_request: { base: { sha: "main" } } }), names: "pull_request.base.sha" },
    { env: github("schedule", {}), names: "schedule" },
  ])("is refused when it is malformed; the message names $names", ({ env, names }) => {
    expect(() => trigger(env, read)).toThrow(UserError);
    expect(() => trigger(env, read)).toThrow(names);
  });
});
