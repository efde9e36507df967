import { expect, test } from "vitest";
import { runOf } from "./run.ts";
import { UserError } from "./user-error.ts";

const commit = "a".repeat(40);
const env = {
  GITHUB_ACTIONS: "true",
  GITHUB_REPOSITORY: "wmd/apps",
  GITHUB_WORKFLOW_REF: "wmd/apps/.github/workflows/ci-cd.yml@refs/heads/main",
  GITHUB_RUN_NUMBER: "57",
  GITHUB_SHA: commit,
  GITHUB_ACTOR: "somebody",
};

test("a run on GitHub", () => {
  const workflow = "wmd/apps/.github/workflows/ci-cd.yml";
  expect(runOf(env)).toEqual({ repository: "wmd/apps", workflow, number: 57, commit, actor: "somebody" });
});

test("a laptop has no run", () => expect(runOf({})).toBeUndefined());

test("a runner that does not name the file of the workflow", () =>
  expect(runOf({ ...env, GITHUB_WORKFLOW_REF: undefined })).toMatchObject({ workflow: "" }));

test.each([
  ["GITHUB_REPOSITORY", undefined],
  ["GITHUB_SHA", ""],
  ["GITHUB_ACTOR", undefined],
  ["GITHUB_RUN_NUMBER", undefined],
  ["GITHUB_RUN_NUMBER", "first"],
  ["GITHUB_RUN_NUMBER", "0"],
])("%s: %j is refused", (name, value) => {
  expect(() => runOf({ ...env, [name]: value })).toThrow(UserError);
  expect(() => runOf({ ...env, [name]: value })).toThrow(name);
});
