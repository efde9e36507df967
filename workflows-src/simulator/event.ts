/** An event, and the `github` context of the runs that it starts. Pure. */
import { type EventName, formOf, isOfPullRequest } from "./event-names.ts";
import { Open, unknown } from "./values.ts";
import type { Texts } from "./workflow.ts";

export interface Event {
  readonly name: EventName;
  /** The ref of the run, such as `refs/heads/main`. */
  readonly ref: string;
  /** The activity type; undefined where it is unknown, or the event has none. */
  readonly action?: string | undefined;
  /** The branch that a pull request or a merge group changes. */
  readonly base?: string | undefined;
  /** The branch of a pull request's changes, or the branch of the run that a `workflow_run` follows. */
  readonly head?: string | undefined;
  /** Whether the changes come from a fork. */
  readonly fork?: boolean;
  /** The inputs of a form or of a caller, as they were typed. */
  readonly inputs?: Texts;
  /** The changed paths; undefined where they are unknown. */
  readonly changed?: readonly string[] | undefined;
  /** The name of the workflow that a `workflow_run` follows. */
  readonly follows?: string | undefined;
  /** The time that starts a schedule; undefined where it is unknown. */
  readonly cron?: string | undefined;
  /** `github.event`, where it is known as a whole. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

export const defaultBranch = "main";

export interface EventOptions {
  readonly ref?: string | undefined;
  readonly base?: string | undefined;
  readonly type?: string | undefined;
  readonly fork?: boolean;
  readonly inputs?: Texts;
  readonly changed?: readonly string[] | undefined;
}

/** The events that look at a base branch. */
export const hasBase = (name: EventName): boolean => isOfPullRequest(name) || name === "merge_group";

/** A branch, unless the ref is written in full. */
export const fullRef = (written: string, folder: "heads" | "tags"): string =>
  written.startsWith("refs/") ? written : `refs/${folder}/${written}`;

export const shortRef = (ref: string): string => ref.replace(/^refs\/(?:heads|tags|pull)\//u, "");

/** The event with what GitHub would fill in: for a pull request, `ref` is the branch of the changes. */
export function eventOf(name: EventName, options: EventOptions): Event {
  const { ref, base = defaultBranch, type, fork = false, inputs, changed } = options;
  const types = formOf(name).standard ?? formOf(name).types;
  const given = {
    name,
    action: type ?? types?.[0],
    changed,
    fork,
    ...(inputs === undefined ? {} : { inputs }),
    ...(hasBase(name) ? { base } : {}),
    ...(isOfPullRequest(name) ? { head: shortRef(ref ?? "feature") } : {}),
    ...(name === "workflow_run" ? { head: shortRef(ref ?? defaultBranch) } : {}),
  };
  switch (formOf(name).ref) {
    case "pushed":
    case "chosen":
      return { ...given, ref: fullRef(ref ?? defaultBranch, "heads") };
    case "tag":
      return { ...given, ref: fullRef(ref ?? "v1.0.0", "tags") };
    case "pull request":
      return { ...given, ref: "refs/pull/1/merge" };
    case "base branch":
      return { ...given, ref: fullRef(base, "heads") };
    case "merge queue":
      return { ...given, ref: `refs/heads/gh-readonly-queue/${base}/pr-1-${"0".repeat(40)}` };
    case "default branch":
      return { ...given, ref: fullRef(defaultBranch, "heads") };
  }
}

/** @param job the name of the job, where the context is that of a job */
export function githubContext(event: Event, workflow: { readonly name: string }, job?: string): Open {
  const { name, ref, base, head, payload } = event;
  const repository = textAt(payload, "repository", "full_name");
  return new Open({
    // A called workflow sees the event of its caller.
    event_name: name === "workflow_call" ? unknown : name,
    ref,
    ref_name: shortRef(ref),
    ref_type: ref.startsWith("refs/tags/") ? "tag" : "branch",
    // Only pull requests have these. Source: docs.github.com, "Contexts", github.
    base_ref: isOfPullRequest(name) ? (base ?? unknown) : "",
    head_ref: isOfPullRequest(name) ? (head ?? unknown) : "",
    run_id: "1",
    run_number: "1",
    run_attempt: "1",
    workflow: workflow.name,
    ...(job === undefined ? {} : { job }),
    ...(repository === undefined ? {} : { repository, repository_owner: repository.split("/")[0] }),
    ...(payload === undefined ? {} : { actor: textAt(payload, "sender", "login") ?? unknown }),
    event: payload ?? partialPayload(event),
  });
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined),
    value,
  );
  return typeof found === "string" ? found : undefined;
}

/** The parts of `github.event` that exist in some events only. */
const subjects: Readonly<Record<string, (name: EventName) => boolean>> = {
  pull_request: isOfPullRequest,
  number: isOfPullRequest,
  release: (name) => name === "release",
  merge_group: (name) => name === "merge_group",
  workflow_run: (name) => name === "workflow_run",
  issue: (name) => name === "issues" || name === "issue_comment",
  comment: (name) => name.endsWith("_comment"),
  client_payload: (name) => name === "repository_dispatch",
  schedule: (name) => name === "schedule",
  head_commit: (name) => name === "push",
  commits: (name) => name === "push",
  inputs: (name) => name === "workflow_dispatch",
};

/** What the options of an event say about `github.event`. */
function partialPayload({ name, ref, action, base, head, fork = false, inputs, follows, cron }: Event): Open {
  const pull = isOfPullRequest(name)
    ? {
        number: 1,
        pull_request: new Open({
          number: 1,
          head: new Open({ ref: head, repo: new Open({ fork }) }),
          base: new Open({ ref: base }),
        }),
      }
    : {};
  // The event of a called workflow is that of its caller.
  const absent = name === "workflow_call" ? [] : Object.keys(subjects).filter((subject) => !subjects[subject]?.(name));
  return new Open({
    ...Object.fromEntries(absent.map((subject) => [subject, null])),
    ...(action === undefined ? {} : { action }),
    ...(formOf(name).ref === "pushed" || formOf(name).ref === "chosen" ? { ref } : {}),
    ...(name === "release" ? { release: new Open({ tag_name: shortRef(ref) }) } : {}),
    ...(name === "merge_group" ? { merge_group: new Open({ base_ref: `refs/heads/${base}`, head_ref: ref }) } : {}),
    ...(name === "workflow_run" ? { workflow_run: new Open({ head_branch: head, name: follows ?? unknown }) } : {}),
    ...(name === "workflow_dispatch" ? { inputs: inputs ?? {} } : {}),
    ...(name === "schedule" ? { schedule: cron ?? unknown } : {}),
    ...pull,
  });
}
