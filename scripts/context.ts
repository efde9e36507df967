/** The environment and the event, parsed once at the edge; inside there is no `process.env`. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { artifactName, artifactPath, artifactRoot, environmentName } from "./codecs.ts";
import { type Inputs, type StageName, contractOf, environments } from "./contracts.ts";
import { StageError } from "./effects.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Why a run was started, and what it can compare with. */
export type Trigger =
  | { readonly kind: "laptop" }
  | { readonly kind: "push"; readonly onMain: boolean; readonly commit: string; readonly before: string | undefined }
  | { readonly kind: "pull request"; readonly commit: string; readonly base: string }
  | { readonly kind: "dispatch"; readonly onMain: boolean; readonly commit: string };

const commitPattern = /^[0-9a-f]{40}$/u;
/** What GitHub says of a branch that did not exist before. */
const noCommit = "0".repeat(40);

/** Throws StageError when GitHub's event is not what its documentation says. */
export function trigger(env: Environment): Trigger {
  if (env["GITHUB_ACTIONS"] !== "true") return { kind: "laptop" };
  const commit = required(env, "GITHUB_SHA");
  if (!commitPattern.test(commit)) throw malformed(`GITHUB_SHA is ${JSON.stringify(commit)}, which is no commit`);
  const onMain = env["GITHUB_REF"] === "refs/heads/main";
  const name = required(env, "GITHUB_EVENT_NAME");
  switch (name) {
    case "push": {
      const before = field(event(env), "before");
      return { kind: "push", onMain, commit, before: before === noCommit ? undefined : before };
    }
    case "pull_request": {
      const base = field(event(env), "pull_request", "base", "sha");
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
  new StageError(
    `GitHub's event: ${what}`,
    "Run the stage from the workflow, or unset GITHUB_ACTIONS to run it as on a laptop",
    { cause },
  );

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw malformed(`${name} is not set`);
  return value;
}

function event(env: Environment): unknown {
  const path = required(env, "GITHUB_EVENT_PATH");
  try {
    return JSON.parse(readFileSync(path, "utf8"));
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

/** What the contract of a stage says that it takes, from the environment and the artifacts. Throws StageError that names it. */
export function inputsOf<S extends StageName>(stage: S, env: Environment): Inputs<S> {
  const contract = contractOf(stage);
  const taken = Object.entries(contract.takes ?? {}).map(([key, codec]) => {
    if (codec.kind === "folders") return [key, legsOf(codec.name)];
    if (codec.kind === "folder") return [key, artifactPath(codec.name)];
    const name = environmentName(key);
    try {
      return [key, codec.parse(env[name] ?? "")];
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new StageError(`${stage}: ${name} ${why}`, `Set ${name} to ${codec.type}`, { cause });
    }
  });
  const granted = [
    ...(contract.variables ?? []),
    ...(contract.environment ? environments[contract.environment].secrets : []),
  ];
  const inputs: unknown = {
    ...Object.fromEntries(taken),
    settings: Object.fromEntries(granted.map((name) => [name, env[name] ?? ""])),
  };
  return inputs as Inputs<S>;
}

/** The folders that the legs of a matrix left, by leg. */
function legsOf(name: string): Readonly<Record<string, string>> {
  const prefix = artifactName(name, "");
  const entries = existsSync(artifactRoot(name)) ? readdirSync(artifactRoot(name)) : [];
  return Object.fromEntries(
    entries
      .filter((entry) => entry.startsWith(prefix))
      .map((entry) => entry.slice(prefix.length))
      .map((leg) => [leg, artifactPath(name, leg)]),
  );
}
