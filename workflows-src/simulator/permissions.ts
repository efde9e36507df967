/**
 * The permissions of a job's token.
 * Source: docs.github.com, "Workflow syntax", permissions; "GITHUB_TOKEN". Pure.
 */
import type { Event } from "./event.ts";
import { textAt } from "./event.ts";
import { isOfPullRequest } from "./event-names.ts";
import type { Permissions } from "./workflow.ts";

/** By scope; `all` stands for every scope. The default is a setting of the repository. */
export type Granted = Readonly<Record<string, "read" | "write" | "none">> | "default of the repository";

type Level = "read" | "write" | "none";

/** Whether the run gets no secrets and a token that only reads: a pull request of a fork, or a run of Dependabot. */
export function isRestricted({ name, fork = false, payload }: Event): boolean {
  // The code of `pull_request_target` is that of the base branch.
  const ofPull = isOfPullRequest(name) && name !== "pull_request_target";
  const byDependabot = textAt(payload, "sender", "login") === "dependabot[bot]";
  // Source: docs.github.com, "Dependabot on GitHub Actions".
  return (
    (fork && ofPull) ||
    (byDependabot && (ofPull || ["push", "create", "deployment", "deployment_status"].includes(name)))
  );
}

const ordered: readonly Level[] = ["none", "read", "write"];
const lower = (one: Level, other: Level): Level => (ordered.indexOf(one) < ordered.indexOf(other) ? one : other);
const levelOf = (written: string): Level => (written === "write" || written === "read" ? written : "none");

/** The permissions of the job replace those of the workflow as a whole: a scope that is not named has none. */
export function permissionsOf(
  job: Permissions | undefined,
  workflow: Permissions | undefined,
  event: Event,
  ceiling?: Granted,
): Granted {
  const written = job ?? workflow;
  const granted = written === undefined ? (ceiling ?? "default of the repository") : parsed(written);
  if (granted === "default of the repository") return isRestricted(event) ? { all: "read" } : granted;
  const capped = ceiling === undefined || ceiling === "default of the repository" ? granted : within(granted, ceiling);
  return isRestricted(event)
    ? Object.fromEntries(Object.entries(capped).map(([scope, level]) => [scope, lower(level, "read")]))
    : capped;
}

function parsed(written: Permissions): Exclude<Granted, string> {
  if (typeof written === "string") return { all: levelOf(written.replace("-all", "")) };
  return Object.fromEntries(Object.entries(written).map(([scope, level]) => [scope, levelOf(level)]));
}

const levelIn = (granted: Exclude<Granted, string>, scope: string): Level => granted[scope] ?? granted["all"] ?? "none";

/** A called workflow never has more than its caller. */
const within = (granted: Exclude<Granted, string>, ceiling: Exclude<Granted, string>): Exclude<Granted, string> =>
  Object.fromEntries(
    // Everything, within a list of scopes, is that list.
    [...new Set([...Object.keys(granted), ...(granted["all"] === undefined ? [] : Object.keys(ceiling))])].map(
      (scope) => [scope, lower(levelIn(granted, scope), levelIn(ceiling, scope))],
    ),
  );

/** The scopes for which a called job asks for more than its caller may give: GitHub refuses the whole run. */
export function excessOf(asked: Permissions | undefined, ceiling: Granted): readonly string[] {
  if (asked === undefined || ceiling === "default of the repository") return [];
  const granted = parsed(asked);
  return Object.entries(granted).flatMap(([scope, level]) =>
    lower(level, levelIn(ceiling, scope)) === level ? [] : [`${scope}: ${level}`],
  );
}
