/** The values that GitHub's properties can have. Pure. */
import type { Mapping } from "./document.ts";
import { list } from "./document.ts";
import type { Workflow } from "./workflow.ts";

export type Value = string | number | boolean | null;
/** The values of properties, by their names with dots between them. */
export type Known = Readonly<Record<string, Value>>;

/** How a job or a step can end. */
export const results = ["success", "failure", "cancelled", "skipped"] as const;

const conclusions = [
  "success",
  "failure",
  "neutral",
  "cancelled",
  "timed_out",
  "action_required",
  "stale",
  "skipped",
  "startup_failure",
];

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows */
export const events = (
  "branch_protection_rule check_run check_suite create delete deployment deployment_status discussion discussion_comment " +
  "fork gollum image_version issue_comment issues label merge_group milestone page_build public pull_request " +
  "pull_request_review pull_request_review_comment pull_request_target push registry_package release " +
  "repository_dispatch schedule status watch workflow_call workflow_dispatch workflow_run dynamic"
).split(" ");

/** Properties with a fixed set of values, by their names; `*` stands for any name. */
const fixed: readonly (readonly [names: string, values: readonly string[]])[] = [
  ["needs.*.result", results],
  ["jobs.*.result", results],
  ["steps.*.outcome", results],
  ["steps.*.conclusion", results],
  ["job.status", ["success", "failure", "cancelled"]],
  ["github.event.workflow_run.conclusion", conclusions],
  ["github.event.check_suite.conclusion", conclusions],
  ["github.event.check_run.conclusion", conclusions],
  ["github.event_name", events],
  ["github.event.workflow_run.event", events],
  ["github.ref_type", ["branch", "tag"]],
  ["runner.os", ["Linux", "Windows", "macOS"]],
  ["runner.arch", ["X86", "X64", "ARM", "ARM64"]],
  ["runner.environment", ["github-hosted", "self-hosted"]],
];

/** The values of a property, where they are known. */
export const valuesOf = (property: readonly string[]): readonly string[] | undefined =>
  fixed.find(([names]) => {
    const parts = names.split(".");
    return parts.length === property.length && parts.every((part, index) => part === "*" || part === property[index]);
  })?.[1];

/** The kinds of an event that start a workflow without `types`. */
const standardTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

/** The kinds of an event that start the workflow; absent where all do. */
export function typesOf(event: string, settings: Mapping): readonly string[] | undefined {
  return settings["types"] === undefined ? standardTypes[event] : list(settings["types"]).map(String);
}

/** The names of the inputs of a workflow that is dispatched or called, and their definitions. */
export const inputsOf = ({ on }: Workflow): Readonly<Record<string, Mapping>> => ({
  ...(on["workflow_call"]?.["inputs"] as Readonly<Record<string, Mapping>> | undefined),
  ...(on["workflow_dispatch"]?.["inputs"] as Readonly<Record<string, Mapping>> | undefined),
});

/** Matches the name of a branch or tag with a pattern of GitHub's filters. */
export function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[.^$(){}|\\]/gu, "\\$&")
    .replaceAll("**", "\0")
    .replaceAll("*", "[^/]*")
    .replaceAll("\0", ".*");
  try {
    return new RegExp(`^${source}$`, "u").test(name);
  } catch {
    return true;
  }
}

/** A name that a pattern matches. */
export const exampleOf = (pattern: string): string =>
  pattern
    .replaceAll(/\*+/gu, "x")
    .replaceAll(/\[(.)[^\]]*\]/gu, "$1")
    .replaceAll(/[?+]/gu, "");
