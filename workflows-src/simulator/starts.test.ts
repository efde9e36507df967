/** Which events start a workflow. Source of the rules: docs.github.com, "Workflow syntax" and "Events that trigger workflows". */
import { describe, expect, test } from "vitest";
import { type EventOptions, eventOf } from "./event.ts";
import { type EventName, eventNames, formOf } from "./event-names.ts";
import { starts } from "./starts.ts";
import type { Truth } from "./values.ts";
import { readWorkflow } from "./workflow.ts";

const verdict = (on: string, name: EventName, options: EventOptions = {}): Truth =>
  starts(readWorkflow(`on: ${on}\njobs: {}`), eventOf(name, options)).value;

const changed = (...paths: readonly string[]): EventOptions => ({ changed: paths });

test.each<[string, EventName, EventOptions, Truth]>([
  ["push", "push", {}, true],
  ["[push, release]", "release", {}, true],
  ["{ push: }", "push", {}, true],
  ["push", "pull_request", {}, false],
  ["{ toString: }", "push", {}, false],
  // Branches and tags: a filter of one kind excludes the other kind.
  ["{ push: { branches: main } }", "push", {}, true],
  ["{ push: { branches: [main] } }", "push", { ref: "other" }, false],
  ["{ push: { branches: [main] } }", "push", { ref: "refs/tags/main" }, false],
  ["{ push: { tags: ['v*'] } }", "push", { ref: "refs/tags/v1" }, true],
  ["{ push: { tags: ['v*'] } }", "push", { ref: "v1" }, false],
  ["{ push: { branches: [main], tags: ['v*'] } }", "push", { ref: "refs/tags/v1" }, true],
  ["{ push: { branches-ignore: ['x/**'] } }", "push", { ref: "x/y/z" }, false],
  ["{ push: { branches-ignore: ['x/**'] } }", "push", { ref: "main" }, true],
  ["{ push: { tags-ignore: ['v*'] } }", "push", { ref: "refs/tags/w1" }, true],
  ["{ push: { tags-ignore: ['v*'] } }", "push", { ref: "refs/tags/v1" }, false],
  ["push", "push", { ref: "refs/tags/v1" }, true],
  // The filter of a pull request is about its base, and that of a merge group, too.
  ["{ pull_request: { branches: [main] } }", "pull_request", { ref: "main", base: "other" }, false],
  ["{ pull_request: { branches: [main] } }", "pull_request", { ref: "other" }, true],
  ["{ pull_request_target: { branches: ['release/**'] } }", "pull_request_target", { base: "release/1" }, true],
  ["{ merge_group: { branches: [main] } }", "merge_group", {}, true],
  ["{ merge_group: { branches: [main] } }", "merge_group", { base: "other" }, false],
  // Paths.
  ["{ push: { paths: ['docs/**'] } }", "push", {}, "unknown"],
  ["{ push: { paths: ['docs/**'] } }", "push", changed("docs/a.md", "x"), true],
  ["{ push: { paths: ['docs/**'] } }", "push", changed("x"), false],
  ["{ push: { paths: ['docs/**', '!docs/b/**'] } }", "push", changed("docs/b/c"), false],
  ["{ push: { paths-ignore: ['docs/**'] } }", "push", changed("docs/a.md"), false],
  ["{ push: { paths-ignore: ['docs/**'] } }", "push", changed("docs/a.md", "x"), true],
  ["{ push: { paths-ignore: ['docs/**'] } }", "push", {}, "unknown"],
  // Branches and paths have both to match.
  ["{ push: { branches: [main], paths: ['x'] } }", "push", { ref: "other", ...changed("x") }, false],
  ["{ push: { branches: [main], paths: ['x'] } }", "push", { ref: "other" }, false],
  // Path filters are not evaluated for pushes of tags.
  ["{ push: { tags: ['**'], paths: ['docs/**'] } }", "push", { ref: "refs/tags/v1", ...changed("x") }, true],
  // GitHub looks at the first 300 changed files.
  ["{ push: { paths: ['z'] } }", "push", changed(...Array.from({ length: 300 }, () => "x"), "z"), false],
  // Types: three of them are the default of pull requests.
  ["pull_request", "pull_request", { type: "closed" }, false],
  ["pull_request", "pull_request", { type: "synchronize" }, true],
  ["{ pull_request: { types: [closed] } }", "pull_request", { type: "closed" }, true],
  ["{ pull_request: { types: closed } }", "pull_request", { type: "opened" }, false],
  ["issues", "issues", { type: "labeled" }, true],
  ["{ release: { types: [published] } }", "release", { type: "created" }, false],
  // A repository_dispatch has the type that its sender chose.
  ["repository_dispatch", "repository_dispatch", {}, true],
  ["{ repository_dispatch: { types: [build] } }", "repository_dispatch", {}, "unknown"],
  ["{ repository_dispatch: { types: [build] } }", "repository_dispatch", { type: "build" }, true],
  ["{ repository_dispatch: { types: [build] } }", "repository_dispatch", { type: "test" }, false],
  // The workflow that is followed is unknown without an event file.
  ["{ workflow_run: { workflows: [CI] } }", "workflow_run", {}, "unknown"],
  ["{ workflow_run: { workflows: [CI], branches: [main] } }", "workflow_run", { ref: "x" }, false],
  ["{ schedule: [{ cron: '1 2 * * *' }] }", "schedule", {}, true],
])("%s, %s %j: %s", (on, name, options, expected) => expect(verdict(on, name, options)).toBe(expected));

describe("every event", () => {
  test.each(eventNames)("%s starts a workflow that names it alone, and none that names another", (name) => {
    const type = formOf(name).standard?.[0];
    expect(verdict(name, name, type === undefined ? {} : { type })).toBe(true);
    expect(verdict(name === "push" ? "release" : "push", name)).toBe(false);
  });
});

describe("a workflow_run", () => {
  const followed = { ...eventOf("workflow_run", {}), follows: "CI" };
  test.each([
    ["[CI]", true],
    ["[Other]", false],
  ])("after CI starts what follows %s: %s", (workflows, expected) =>
    expect(starts(readWorkflow(`on: { workflow_run: { workflows: ${workflows} } }\njobs: {}`), followed).value).toBe(
      expected,
    ),
  );
});

describe("the message of the pushed commit", () => {
  // Source: docs.github.com, "Skip workflow runs".
  test.each([
    ["fix [skip ci]", false],
    ["[ci skip] fix", false],
    ["[no ci]", false],
    ["[SKIP ACTIONS]", false],
    ["[actions skip]", false],
    ["skip ci", true],
  ])("%s", (message, expected) => {
    const event = { ...eventOf("push", {}), payload: { ref: "refs/heads/main", head_commit: { message } } };
    expect(starts(readWorkflow("on: push\njobs: {}"), event).value).toBe(expected);
  });
});
