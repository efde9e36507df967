import { describe, expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { type EventName, eventNames } from "../../workflows-src/simulator/event-names.ts";
import { eventFromFile, example } from "./event-file.ts";

const read = (name: EventName, payload: unknown) => eventFromFile(name, "e.json", JSON.stringify(payload));
const pull = (head: object, base: object = { ref: "main", repo: { full_name: "org/app" } }) => ({
  action: "opened",
  number: 7,
  pull_request: { number: 7, head, base },
});
const own = { ref: "x", repo: { full_name: "org/app", fork: true } };

test.each<[EventName, object, object]>([
  ["push", { ref: "refs/tags/v1" }, { ref: "refs/tags/v1" }],
  ["pull_request", pull(own), { ref: "refs/pull/7/merge", base: "main", head: "x", action: "opened", fork: false }],
  // A repository that is a fork of another one has pull requests of its own.
  ["pull_request", pull({ ...own, repo: { full_name: "me/app", fork: true } }), { fork: true }],
  ["pull_request", pull({ ref: "x", repo: null }), { fork: true }],
  ["pull_request", pull({ ref: "x", repo: { fork: true } }), { fork: true }],
  ["pull_request_target", pull(own, { ref: "b" }), { ref: "refs/heads/b", base: "b" }],
  ["release", { action: "published", release: { tag_name: "v2" } }, { ref: "refs/tags/v2", action: "published" }],
  [
    "merge_group",
    { action: "checks_requested", merge_group: { head_ref: "refs/heads/q/x", base_ref: "refs/heads/main" } },
    { ref: "refs/heads/q/x", base: "main" },
  ],
  [
    "workflow_dispatch",
    { ref: "refs/heads/x", inputs: { a: true, n: 1 } },
    { ref: "refs/heads/x", inputs: { a: "true", n: "1" } },
  ],
  ["workflow_dispatch", { ref: "refs/heads/x", inputs: null }, { inputs: {} }],
  [
    "workflow_run",
    { action: "completed", workflow_run: { name: "CI", head_branch: "x" } },
    { follows: "CI", head: "x", ref: "refs/heads/main" },
  ],
  [
    "schedule",
    { schedule: "1 2 * * *", repository: { default_branch: "trunk" } },
    { cron: "1 2 * * *", ref: "refs/heads/trunk" },
  ],
  ["repository_dispatch", { action: "anything", client_payload: {} }, { action: "anything" }],
  ["create", { ref: "v1", ref_type: "tag" }, { ref: "refs/tags/v1" }],
  ["watch", { action: "started" }, { action: "started", ref: "refs/heads/main" }],
  ["fork", {}, { ref: "refs/heads/main" }],
])("an event of %s: %j", (name, payload, expected) => {
  const event = read(name, payload);
  expect(event).toMatchObject(expected);
  expect(event.payload).toEqual(payload);
});

test.each(eventNames)("the example of %s is an event of it", (name) =>
  expect(eventFromFile(name, "e.json", example(name))).toMatchObject({ name }),
);

describe("each is an error that names the file, and what is odd", () => {
  test.each<[EventName, string, string]>([
    ["push", "", "empty"],
    ["push", "  \n", "empty"],
    ["push", "{", "JSON"],
    ["push", "\uFEFF{}", "JSON"],
    ["push", "null", "object"],
    ["push", "[]", "object"],
    ["push", "5", "object"],
    ["push", "{}", "ref"],
    ["push", '{"ref": null}', "ref"],
    ["push", '{"ref": 5}', "5"],
    ["push", '{"ref": "main"}', "main"],
    ["push", '{"ref": "refs/heads/x", "head_commit": {"message": 1}}', "head_commit.message"],
    ["pull_request", '{"action": "opened"}', "pull_request"],
    ["pull_request", JSON.stringify({ ...pull(own), action: "opend" }), "opend"],
    ["pull_request", JSON.stringify(pull({ repo: null })), "pull_request.head.ref"],
    ["release", '{"action": "published", "release": {}}', "release.tag_name"],
    ["workflow_dispatch", '{"ref": "refs/heads/x", "inputs": []}', "inputs"],
    ["workflow_dispatch", '{"ref": "refs/heads/x", "inputs": {"a": {}}}', "inputs.a"],
    ["workflow_run", '{"action": "completed", "workflow_run": {"name": "CI"}}', "workflow_run.head_branch"],
    ["schedule", "{}", "schedule"],
    ["repository_dispatch", "{}", "action"],
    ["watch", '{"action": 1}', "action"],
  ])("%s: %s", (name, content, named) => {
    const run = () => eventFromFile(name, "e.json", content);
    expect(run).toThrow(UserError);
    expect(run).toThrow(/^e\.json.*$/u);
    expect(run).toThrow(named);
  });
});
