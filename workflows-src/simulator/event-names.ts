/** GitHub's events and their activity types. Source: docs.github.com, "Events that trigger workflows". Pure. */

/** The ref of the run: the head of the default branch, or one that the event names. */
export type RefKind = "default branch" | "pushed" | "pull request" | "base branch" | "merge queue" | "tag" | "chosen";

interface EventForm {
  readonly ref: RefKind;
  /** All activity types; none where the event has no types; undefined where the sender makes them up. */
  readonly types: readonly string[] | undefined;
  /** The types that start a workflow which names none, where these are not all. */
  readonly standard?: readonly string[];
}

const onDefaultBranch = (...types: readonly string[]): EventForm => ({ ref: "default branch", types });

/** The types stand in one text: there are many. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

const pullTypes = words(`
  opened synchronize reopened assigned unassigned labeled unlabeled edited closed converted_to_draft
  ready_for_review locked unlocked milestoned demilestoned review_requested review_request_removed
  auto_merge_enabled auto_merge_disabled enqueued dequeued
`);
const standardPullTypes = ["opened", "synchronize", "reopened"];

export const eventForms = {
  push: { ref: "pushed", types: [] },
  pull_request: { ref: "pull request", types: pullTypes, standard: standardPullTypes },
  pull_request_target: { ref: "base branch", types: pullTypes, standard: standardPullTypes },
  merge_group: { ref: "merge queue", types: ["checks_requested"] },
  schedule: onDefaultBranch(),
  workflow_dispatch: { ref: "chosen", types: [] },
  workflow_call: { ref: "chosen", types: [] },
  repository_dispatch: { ref: "default branch", types: undefined },
  workflow_run: onDefaultBranch("completed", "requested", "in_progress"),
  release: {
    ref: "tag",
    types: ["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"],
  },
  issue_comment: onDefaultBranch("created", "edited", "deleted"),
  issues: onDefaultBranch(
    ...words(`
    opened edited deleted transferred pinned unpinned closed reopened assigned unassigned labeled
    unlabeled locked unlocked milestoned demilestoned typed untyped
  `),
  ),
  pull_request_review: { ref: "pull request", types: ["submitted", "edited", "dismissed"] },
  pull_request_review_comment: { ref: "pull request", types: ["created", "edited", "deleted"] },
  branch_protection_rule: onDefaultBranch("created", "edited", "deleted"),
  check_run: onDefaultBranch("created", "rerequested", "completed", "requested_action"),
  check_suite: onDefaultBranch("completed"),
  create: { ref: "pushed", types: [] },
  delete: onDefaultBranch(),
  deployment: { ref: "chosen", types: [] },
  deployment_status: { ref: "chosen", types: [] },
  discussion: onDefaultBranch(
    ...words(`
    created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked
    category_changed answered unanswered
  `),
  ),
  discussion_comment: onDefaultBranch("created", "edited", "deleted"),
  fork: onDefaultBranch(),
  gollum: onDefaultBranch(),
  image_version: onDefaultBranch(),
  label: onDefaultBranch("created", "edited", "deleted"),
  milestone: onDefaultBranch("created", "closed", "opened", "edited", "deleted"),
  page_build: onDefaultBranch(),
  public: onDefaultBranch(),
  registry_package: onDefaultBranch("published", "updated"),
  status: onDefaultBranch(),
  watch: onDefaultBranch("started"),
} as const satisfies Readonly<Record<string, EventForm>>;

export type EventName = Extract<keyof typeof eventForms, string>;
export const eventNames = Object.keys(eventForms) as readonly EventName[];
export const formOf = (name: EventName): EventForm => eventForms[name];

/** Their commits come from a pull request, which may be that of a fork. */
export const isOfPullRequest = (name: EventName): boolean =>
  formOf(name).ref === "pull request" || name === "pull_request_target";
