/** The event that started a run, parsed from GitHub's environment. Pure: reading the event's file is the caller's. */
import type { Environment } from "./inputs.ts";
import { UserError } from "./user-error.ts";

/** Why a run was started, and what it can compare with. */
export type Trigger =
  | { readonly kind: "laptop" }
  | { readonly kind: "push"; readonly onMain: boolean; readonly commit: string; readonly before: string | undefined }
  | { readonly kind: "pull request"; readonly commit: string; readonly base: string }
  | { readonly kind: "dispatch"; readonly onMain: boolean; readonly commit: string };

const commitPattern = /^[0-9a-f]{40}$/u;
/** What GitHub says of a branch that did not exist before. */
const noCommit = "0".repeat(40);

/** Throws UserError when GitHub's event is not what its documentation says. */
export function trigger(env: Environment, readFile: (path: string) => string): Trigger {
  if (env["GITHUB_ACTIONS"] !== "true") return { kind: "laptop" };
  const commit = required(env, "GITHUB_SHA");
  if (!commitPattern.test(commit)) throw malformed(`GITHUB_SHA is ${JSON.stringify(commit)}, which is no commit`);
  const onMain = env["GITHUB_REF"] === "refs/heads/main";
  const name = required(env, "GITHUB_EVENT_NAME");
  switch (name) {
    case "push": {
      const before = field(event(env, readFile), "before");
      return { kind: "push", onMain, commit, before: before === noCommit ? undefined : before };
    }
    case "pull_request": {
      const base = field(event(env, readFile), "pull_request", "base", "sha");
      if (base === undefined) throw malformed("the event names no base commit");
      return { kind: "pull request", commit, base };
    }
    case "workflow_dispatch":
      return { kind: "dispatch", onMain, commit };
    default:
      throw malformed(`the event ${JSON.stringify(name)} is not one that this pipeline hears`);
  }
}

const malformed = (what: string, cause?: unknown) =>
  new UserError(
    `GitHub's event: ${what}`,
    "Run the stage from the workflow, or unset GITHUB_ACTIONS to run it as on a laptop",
    { cause },
  );

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw malformed(`${name} is not set`);
  return value;
}

function event(env: Environment, readFile: (path: string) => string): unknown {
  const path = required(env, "GITHUB_EVENT_PATH");
  try {
    return JSON.parse(readFile(path));
  } catch (cause) {
    throw malformed(`the file of GITHUB_EVENT_PATH is missing or not JSON (${path})`, cause);
  }
}

/** A commit somewhere in the event; undefined when there is nothing, an error when it is something else. */
function field(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
  if (found === undefined || found === null) return undefined;
  if (typeof found !== "string" || !commitPattern.test(found))
    throw malformed(`${path.join(".")} is ${JSON.stringify(found)}, which is no commit`);
  return found;
}
