/**
 * Whether an event starts a workflow, and which filter decides.
 * Source: docs.github.com, "Workflow syntax", on; "Events that trigger workflows". Pure.
 */
import { type Event, shortRef, textAt } from "./event.ts";
import { type EventName, formOf } from "./event-names.ts";
import { matchesFilter } from "./patterns.ts";
import type { Truth } from "./values.ts";
import { type Trigger, type Workflow, listOf, triggerOf } from "./workflow.ts";

export interface Verdict {
  readonly value: Truth;
  readonly why: string;
}

const no = (why: string): Verdict => ({ value: false, why });
const open = (why: string): Verdict => ({ value: "unknown", why });
const yes = (why: string): Verdict => ({ value: true, why });

/** The first filter that rejects the event decides; otherwise the first that cannot be judged. */
export function starts(workflow: Workflow, event: Event): Verdict {
  const trigger = triggerOf(workflow, event.name);
  if (trigger === undefined) return no(`its events do not include ${event.name}`);
  const verdicts = [...skipped(event), types(trigger, event), ...refs(trigger, event), ...paths(trigger, event)];
  const decisive = verdicts.find(({ value }) => value === false) ?? verdicts.find(({ value }) => value === "unknown");
  if (decisive !== undefined) return decisive;
  const filters = verdicts.flatMap(({ why }) => (why === "" ? [] : [why]));
  return yes(filters.length > 0 ? filters.join("; ") : `its events include ${event.name}`);
}

/** Source: docs.github.com, "Skip workflow runs". Only push and pull_request look at the message. */
const skipWords = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]/iu;

function skipped({ name, payload }: Event): readonly Verdict[] {
  const message = name === "push" ? textAt(payload, "head_commit", "message") : undefined;
  const [word] = skipWords.exec(message ?? "") ?? [];
  return word === undefined ? [] : [no(`the message of the commit contains ${word}`)];
}

function types({ types: written }: Trigger, { name, action }: Event): Verdict {
  const wanted = listOf(written) ?? formOf(name).standard;
  if (wanted === undefined) return yes("");
  const list = wanted.join(", ");
  if (action === undefined) return open(`the type is unknown, and it has to be ${list}`);
  return wanted.includes(action) ? yes("") : no(`the type ${action} is not among ${list}`);
}

type RefFilter = (trigger: Trigger, event: Event) => readonly Verdict[];

const refs: RefFilter = (trigger, event) => refFilters[event.name]?.(trigger, event) ?? [];

const onBase: RefFilter = (trigger, { base }) => [
  filtered("base branch", base, trigger.branches, trigger["branches-ignore"]),
];

/** Events that are not in the table have no filters of refs. */
const refFilters: Readonly<Partial<Record<EventName, RefFilter>>> = {
  push(trigger, { ref }) {
    const hasBranches = trigger.branches !== undefined || trigger["branches-ignore"] !== undefined;
    const hasTags = trigger.tags !== undefined || trigger["tags-ignore"] !== undefined;
    // Filters of one kind of ref exclude the other kind.
    if (ref.startsWith("refs/tags/"))
      return hasBranches && !hasTags
        ? [no("its filters name branches, and this is a tag")]
        : [filtered("tag", shortRef(ref), trigger.tags, trigger["tags-ignore"])];
    return hasTags && !hasBranches
      ? [no("its filters name tags, and this is a branch")]
      : [filtered("branch", shortRef(ref), trigger.branches, trigger["branches-ignore"])];
  },
  pull_request: onBase,
  pull_request_target: onBase,
  merge_group: onBase,
  workflow_run(trigger, { follows, head }) {
    const followed = listOf(trigger.workflows);
    const names = followed?.join(", ") ?? "";
    const name =
      followed === undefined
        ? yes("")
        : follows === undefined
          ? open(`it follows ${names}, and the finished workflow is unknown`)
          : followed.includes(follows)
            ? yes("")
            : no(`it follows ${names}, and not ${follows}`);
    return [name, filtered("branch", head, trigger.branches, trigger["branches-ignore"])];
  },
};

function filtered(
  noun: string,
  name: string | undefined,
  only: string | readonly string[] | undefined,
  ignored: string | readonly string[] | undefined,
): Verdict {
  const [filter, patterns] = only === undefined ? [`the ignored ones`, listOf(ignored)] : ["the filter", listOf(only)];
  if (patterns === undefined) return yes("");
  const list = patterns.join(", ");
  if (name === undefined) return open(`the ${noun} is unknown, and ${filter} is ${list}`);
  const matched = matchesFilter(patterns, name);
  if (only === undefined)
    return matched ? no(`the ${noun} ${name} is among ${filter}: ${list}`) : yes(`the ${noun} ${name} is not ignored`);
  return matched ? yes(`the ${noun} ${name} matches ${list}`) : no(`the ${noun} ${name} does not match ${list}`);
}

/** Source: docs.github.com, "Workflow syntax", git diff comparisons: GitHub looks at the first 300 files. */
const maxFiles = 300;

function paths({ paths: only, "paths-ignore": ignored }: Trigger, { name, ref, changed }: Event): readonly Verdict[] {
  const patterns = listOf(only) ?? listOf(ignored);
  // Path filters are not evaluated for pushes of tags.
  if (patterns === undefined || (name === "push" && ref.startsWith("refs/tags/"))) return [];
  const list = patterns.join(", ");
  if (changed === undefined) return [open(`the changed paths are unknown, and a filter names ${list}`)];
  const seen = changed.slice(0, maxFiles);
  const found = seen.find((path) => matchesFilter(patterns, path) === (only !== undefined));
  if (found !== undefined) return [yes(only === undefined ? `${found} is not ignored` : `${found} matches ${list}`)];
  return [no(only === undefined ? `every changed path is ignored by ${list}` : `no changed path matches ${list}`)];
}
