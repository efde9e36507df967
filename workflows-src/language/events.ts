/** The events that start workflows, and their filters. Pure. */
import { Mistake } from "./mistake.ts";
import { type AtLeastOne, type LibraryEvents } from "./library.ts";
import { type Schedule, cronsOf } from "./schedule.ts";

type List<T> = readonly [T, ...T[]];

/** Branches by a pattern of GitHub's filters. `main` is written as it is, so that a misspelling of it does not compile. */
class Pattern {
  declare protected readonly matches: "branches";
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export const pattern = (text: string): Pattern => new Pattern(checked(text));

type Branches = List<"main" | Pattern>;
/** Paths of the repository; one that begins with `!` is left out again. */
type Paths = List<string>;

/** An interface and not a type, so that error messages of the compiler contain its name. */
interface BranchPush {
  readonly branches: Branches;
  readonly tags?: List<string>;
  readonly paths?: Paths;
}
interface TagPush {
  readonly tags: List<string>;
}
interface PullRequest {
  readonly branches: Branches;
  readonly paths?: Paths;
  readonly types?: List<PullRequestType>;
}
type PullRequestType =
  | ("opened" | "synchronize" | "reopened" | "edited" | "closed" | "labeled" | "unlabeled")
  | ("ready_for_review" | "converted_to_draft" | "review_requested" | "auto_merge_enabled");
type ReleaseType = "published" | "released" | "prereleased" | "created" | "edited" | "unpublished" | "deleted";
interface Release {
  readonly types: List<ReleaseType>;
}
interface WorkflowRun {
  /** The workflows themselves, so that a changed title changes the filter, too. */
  readonly workflows: List<{ readonly title: string }>;
  readonly types: List<"completed" | "requested" | "in_progress">;
  readonly branches?: Branches;
}
interface RepositoryDispatch {
  readonly types: List<string>;
}
type Unfiltered = Readonly<Record<string, never>>;

export interface Events {
  readonly push: BranchPush | TagPush;
  readonly pull_request: PullRequest;
  /** A merge queue asks for the checks of a group of pull requests, on a temporary branch of the base repository. */
  readonly merge_group: Unfiltered;
  /** Runs on the default branch only. */
  readonly schedule: Schedule;
  readonly release: Release;
  /** Runs on the default branch after a run of another workflow, also one for a pull request of a fork. */
  readonly workflow_run: WorkflowRun;
  /** A program asks for a run, on the default branch. */
  readonly repository_dispatch: RepositoryDispatch;
  readonly workflow_dispatch: Unfiltered;
  /** Another workflow calls this one as a job. */
  readonly workflow_call: Unfiltered;
}
export type EventName = Extract<keyof Events, string>;

/** The events whose runs have the inputs of the workflow. */
export type WithInputs = "workflow_dispatch" | "workflow_call";

/** The events and their filters. `workflow_dispatch` and `workflow_call` have inputs instead, see `inputs.ts`. */
export function eventsOf(on: Readonly<Partial<Events>>): LibraryEvents {
  const { push, pull_request, merge_group, schedule, release, workflow_run, repository_dispatch } = on;
  return {
    ...(push ? { push: filters(push) } : {}),
    ...(pull_request ? { pull_request: filters(pull_request) } : {}),
    ...(merge_group ? { merge_group: {} } : {}),
    ...(schedule ? { schedule: cronsOf(schedule).map((cron) => ({ cron })) as [{ cron: string }] } : {}),
    ...(release ? { release: { types: [...release.types] } } : {}),
    ...(workflow_run
      ? {
          workflow_run: {
            workflows: workflow_run.workflows.map(({ title }) => title) as AtLeastOne<string>,
            ...filters(workflow_run),
          },
        }
      : {}),
    ...(repository_dispatch ? { repository_dispatch: { types: [...repository_dispatch.types] } } : {}),
  };
}

function filters<T extends string>(filter: {
  readonly branches?: Branches;
  readonly tags?: List<string>;
  readonly paths?: Paths;
  readonly types?: readonly T[];
}) {
  const { branches, tags, paths, types } = filter;
  return {
    ...(types ? { types: [...types] as T[] & [T, ...T[]] } : {}),
    ...(branches ? { branches: mapped(branches, (one) => (one instanceof Pattern ? one.text : one)) } : {}),
    ...(tags ? { tags: mapped(tags, checked) } : {}),
    ...(paths ? { paths: mapped(paths, checked) } : {}),
  };
}

const mapped = <T>(values: List<T>, textOf: (value: T) => string) => values.map(textOf) as AtLeastOne<string>;

/** GitHub compares filters with short names and with paths from the root, and never finds anything else. */
function checked(text: string): string {
  const [, prefix] = /^!?(refs\/(?:heads|tags)\/|\.?\/|$)/u.exec(text) ?? [];
  if (prefix === undefined && !/[\s\\~^:]/u.test(text)) return text;
  throw new Mistake(
    "filter",
    `The filter ${JSON.stringify(text)} never matches`,
    "Write the name of a branch or tag, or a path from the root",
  );
}
