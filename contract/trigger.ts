/** The event that started a run, parsed from GitHub's environment. Pure. */
import { pipe, regex, string } from "valibot";
import type { Environment } from "./inputs.ts";
import { UserError } from "./user-error.ts";

const events = {
  push: "push",
  pull_request: "pull request",
  merge_group: "merge group",
  schedule: "schedule",
  workflow_dispatch: "dispatch",
} as const;

/** Why a run was started, the commit that it is about, and whether that is the head of `main`. */
export type Trigger =
  | { readonly kind: "laptop" }
  | { readonly kind: (typeof events)[keyof typeof events]; readonly onMain: boolean; readonly commit: string };

const commitPattern = /^[0-9a-f]{40}$/u;
export const commitSchema = pipe(string(), regex(commitPattern, "is not a commit"));

/** @throws UserError when GitHub's environment does not have its documented form */
export function trigger(env: Environment): Trigger {
  if (env["GITHUB_ACTIONS"] !== "true") return { kind: "laptop" };
  const commit = required(env, "GITHUB_SHA");
  if (!commitPattern.test(commit)) throw malformed(`GITHUB_SHA is ${JSON.stringify(commit)}, which is not a commit`);
  const name = required(env, "GITHUB_EVENT_NAME");
  if (!isEvent(name))
    throw malformed(`GITHUB_EVENT_NAME is ${JSON.stringify(name)}, which does not start this pipeline`);
  return { kind: events[name], onMain: env["GITHUB_REF"] === "refs/heads/main", commit };
}

const isEvent = (name: string): name is keyof typeof events => Object.hasOwn(events, name);

const malformed = (message: string) =>
  new UserError(message, "Run the stage from a workflow, or unset GITHUB_ACTIONS to run it as on a laptop");

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw malformed(`${name} is not set`);
  return value;
}
