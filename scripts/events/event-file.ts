/** An event from a file, as GitHub writes it to `GITHUB_EVENT_PATH`. Pure. */
import * as v from "valibot";
import { UserError } from "../../contract/user-error.ts";
import { type Event, eventOf, shortRef } from "../../workflows-src/simulator/event.ts";
import { type EventName, formOf } from "../../workflows-src/simulator/event-names.ts";

const text = v.pipe(v.string(), v.nonEmpty());
const fullRef = v.pipe(v.string(), v.regex(/^refs\//u, "does not begin with refs/"));
const action = { action: text };
const pull = v.looseObject({
  ...action,
  pull_request: v.looseObject({
    // The repository is null where it was deleted.
    head: v.looseObject({
      ref: text,
      repo: v.nullish(v.looseObject({ full_name: v.optional(text), fork: v.optional(v.boolean()) })),
    }),
    base: v.looseObject({ ref: text, repo: v.optional(v.looseObject({ full_name: v.optional(text) })) }),
  }),
});

/** The fields on which the start of a workflow, or the `github` context, depends. */
const schemas = {
  push: v.looseObject({ ref: fullRef, head_commit: v.nullish(v.looseObject({ message: v.string() })) }),
  create: v.looseObject({ ref: text, ref_type: v.picklist(["branch", "tag"]) }),
  pull_request: pull,
  pull_request_target: pull,
  pull_request_review: pull,
  pull_request_review_comment: pull,
  merge_group: v.looseObject({ ...action, merge_group: v.looseObject({ head_ref: fullRef, base_ref: fullRef }) }),
  workflow_dispatch: v.looseObject({
    ref: fullRef,
    inputs: v.nullish(
      v.pipe(
        v.unknown(),
        v.check((value) => !Array.isArray(value), "an object"),
        v.record(v.string(), v.union([v.string(), v.boolean(), v.number()])),
      ),
    ),
  }),
  release: v.looseObject({ ...action, release: v.looseObject({ tag_name: text }) }),
  workflow_run: v.looseObject({ ...action, workflow_run: v.looseObject({ name: text, head_branch: text }) }),
  repository_dispatch: v.looseObject({ ...action, client_payload: v.nullish(v.looseObject({})) }),
  issue_comment: v.looseObject({ ...action, issue: v.looseObject({}), comment: v.looseObject({}) }),
  schedule: v.looseObject({ schedule: text }),
};
const anyEvent = v.looseObject({ action: v.optional(text) });

/**
 * @param file the name of the file, for errors
 * @throws UserError that says what is missing or odd
 */
export function eventFromFile(name: EventName, file: string, content: string, changed?: readonly string[]): Event {
  const payload = parsedJson(name, file, content);
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    throw new UserError(`${file} is no event of ${name}: it is not a JSON object`, remedyFor(name));
  const schema = schemaOf(name);
  const result = v.safeParse(schema, payload);
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    const found =
      issue.input === undefined
        ? "is missing"
        : `is ${JSON.stringify(issue.input).slice(0, 60)}, where ${issue.expected ?? issue.message} is expected`;
    throw new UserError(`${file} is no event of ${name}: ${path ?? "the whole"} ${found}`, remedyFor(name));
  }
  return fromPayload(name, file, result.output, changed);
}

const schemaOf = (name: EventName): v.GenericSchema<unknown, Payload> =>
  (schemas as Readonly<Record<string, v.GenericSchema<unknown, Payload>>>)[name] ?? anyEvent;

type Payload = Readonly<Record<string, unknown>>;

const remedyFor = (name: EventName): string => `Name a file with the payload of a webhook, such as ${example(name)}`;

/** The smallest payload of an event. */
export const example = (name: EventName): string => JSON.stringify(examples[name] ?? {});
const pullExample = {
  action: "opened",
  pull_request: {
    head: { ref: "feature", repo: { full_name: "me/app" } },
    base: { ref: "main", repo: { full_name: "org/app" } },
  },
};
const examples: Readonly<Partial<Record<EventName, object>>> = {
  push: { ref: "refs/heads/main" },
  create: { ref: "v1", ref_type: "tag" },
  pull_request: pullExample,
  pull_request_target: pullExample,
  pull_request_review: { ...pullExample, action: "submitted" },
  pull_request_review_comment: { ...pullExample, action: "created" },
  merge_group: {
    action: "checks_requested",
    merge_group: { head_ref: "refs/heads/gh-readonly-queue/main/pr-1", base_ref: "refs/heads/main" },
  },
  workflow_dispatch: { ref: "refs/heads/main", inputs: {} },
  release: { action: "published", release: { tag_name: "v1" } },
  workflow_run: { action: "completed", workflow_run: { name: "CI", head_branch: "main" } },
  repository_dispatch: { action: "my-type" },
  issue_comment: { action: "created", issue: {}, comment: {} },
  schedule: { schedule: "17 3 * * 1" },
};

function parsedJson(name: EventName, file: string, content: string): unknown {
  if (content.trim() === "") throw new UserError(`${file} is empty`, remedyFor(name));
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new UserError(`${file} is not JSON: ${JSON.stringify(content.slice(0, 40))}`, remedyFor(name), { cause });
  }
}

function fromPayload(name: EventName, file: string, payload: Payload, changed: readonly string[] | undefined): Event {
  const type = stringAt(payload, "action");
  const { types } = formOf(name);
  if (type !== undefined && types !== undefined && types.length > 0 && !types.includes(type))
    throw new UserError(`${file}: ${name} has no type ${JSON.stringify(type)}`, `The types: ${types.join(", ")}`);
  const ref =
    stringAt(payload, "ref") ??
    stringAt(payload, "release", "tag_name") ??
    stringAt(payload, "pull_request", "head", "ref") ??
    stringAt(payload, "workflow_run", "head_branch");
  const base = stringAt(payload, "pull_request", "base", "ref") ?? stringAt(payload, "merge_group", "base_ref");
  const made = eventOf(name, {
    ref: name === "create" && payload["ref_type"] === "tag" ? `refs/tags/${ref}` : ref,
    type,
    changed,
    ...(base === undefined ? {} : { base: shortRef(base) }),
  });
  const branch = stringAt(payload, "repository", "default_branch");
  const number = numberAt(payload, "pull_request", "number");
  const queued = stringAt(payload, "merge_group", "head_ref");
  const inputs = Object.entries((payload["inputs"] ?? {}) as Payload).map(([key, value]) => [key, String(value)]);
  return {
    ...made,
    fork: isFork(payload),
    payload,
    ...(branch !== undefined && formOf(name).ref === "default branch" ? { ref: `refs/heads/${branch}` } : {}),
    ...(number !== undefined && formOf(name).ref === "pull request" ? { ref: `refs/pull/${number}/merge` } : {}),
    ...(queued === undefined ? {} : { ref: queued }),
    ...(name === "workflow_dispatch" ? { inputs: Object.fromEntries(inputs) as Record<string, string> } : {}),
    follows: stringAt(payload, "workflow_run", "name"),
    cron: stringAt(payload, "schedule"),
  };
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (found, key) => (typeof found === "object" && found !== null ? (found as Payload)[key] : undefined),
    value,
  );
}
const stringAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
};
const numberAt = (value: unknown, ...path: readonly string[]): number | undefined => {
  const found = at(value, path);
  return typeof found === "number" ? found : undefined;
};

/** A fork may have forks itself: what counts is whether the repositories differ. */
function isFork(payload: Payload): boolean {
  const [head, base] = ["head", "base"].map((side) => stringAt(payload, "pull_request", side, "repo", "full_name"));
  if (head !== undefined && base !== undefined) return head !== base;
  if (at(payload, ["pull_request"]) !== undefined && at(payload, ["pull_request", "head", "repo"]) === null)
    return true;
  return at(payload, ["pull_request", "head", "repo", "fork"]) === true;
}
