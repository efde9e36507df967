import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { trigger } from "./trigger.ts";

const folder = mkdtempSync(join(tmpdir(), "wmd-context-"));
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

describe("what started a run", () => {
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
  ])("$is.kind", ({ env, is }) => expect(trigger(env, read)).toEqual(is));

  test.each([
    { env: github("push", "{"), says: "not JSON" },
    { env: github("push", {}, { GITHUB_EVENT_PATH: join(folder, "none") }), says: "missing" },
    { env: github("push", { before: "main; rm -rf" }), says: "is no commit" },
    { env: github("push", {}, { GITHUB_SHA: "HEAD" }), says: "is no commit" },
    { env: github("push", {}, { GITHUB_SHA: undefined }), says: "GITHUB_SHA is not set" },
    { env: github("pull_request", {}), says: "names no base commit" },
    { env: github("schedule", {}), says: "not one that this pipeline hears" },
  ])("a malformed event is named: $says", ({ env, says }) => expect(() => trigger(env, read)).toThrow(says));
});
