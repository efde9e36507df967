/** The event that started a run, parsed from GitHub's environment. Pure: the caller reads the event's file. */
import { type GenericSchema, type InferOutput, nullish, object, pipe, regex, string } from "valibot";
import type { Environment } from "./inputs.ts";
import { parseJson } from "./json.ts";
import { UserError } from "./user-error.ts";

/** Why a run was started, and the commits that it can compare. */
export type Trigger =
  | { readonly kind: "laptop" }
  | { readonly kind: "push"; readonly onMain: boolean; readonly commit: string; readonly before: string | undefined }
  | { readonly kind: "pull request"; readonly commit: string; readonly base: string }
  | { readonly kind: "dispatch"; readonly onMain: boolean; readonly commit: string };

const commitPattern = /^[0-9a-f]{40}$/u;
/** GitHub's value of `before` for a branch that did not exist. */
const noCommit = "0".repeat(40);

export const commitSchema = pipe(string(), regex(commitPattern, "is not a commit"));
const pushEvent = object({ before: nullish(commitSchema) });
const pullRequestEvent = object({ pull_request: object({ base: object({ sha: commitSchema }) }) });

/** @throws UserError when GitHub's event does not have its documented form */
export function trigger(env: Environment, readFile: (path: string) => string): Trigger {
  if (env["GITHUB_ACTIONS"] !== "true") return { kind: "laptop" };
  const sha = required(env, "GITHUB_SHA");
  if (!commitPattern.test(sha)) throw malformed(`GITHUB_SHA is ${JSON.stringify(sha)}, which is not a commit`);
  const onMain = env["GITHUB_REF"] === "refs/heads/main";
  const name = required(env, "GITHUB_EVENT_NAME");
  switch (name) {
    case "push": {
      const { before } = event(pushEvent, env, readFile);
      return { kind: "push", onMain, commit: sha, before: before === noCommit ? undefined : (before ?? undefined) };
    }
    case "pull_request":
      return {
        kind: "pull request",
        commit: sha,
        base: event(pullRequestEvent, env, readFile).pull_request.base.sha,
      };
    case "workflow_dispatch":
      return { kind: "dispatch", onMain, commit: sha };
    default:
      throw malformed(`GITHUB_EVENT_NAME is ${JSON.stringify(name)}, which does not start this pipeline`);
  }
}

const malformed = (message: string, cause?: unknown) =>
  new UserError(message, "Run the stage from a workflow, or unset GITHUB_ACTIONS to run it as on a laptop", { cause });

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw malformed(`${name} is not set`);
  return value;
}

function event<const Schema extends GenericSchema>(
  schema: Schema,
  env: Environment,
  readFile: (path: string) => string,
): InferOutput<Schema> {
  const path = required(env, "GITHUB_EVENT_PATH");
  try {
    return parseJson(schema, readFile(path), path);
  } catch (cause) {
    throw malformed(`GITHUB_EVENT_PATH: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}
