/** Source of the rules: docs.github.com, "Workflow syntax", permissions; "GITHUB_TOKEN"; "Dependabot on GitHub Actions". */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Event, type EventOptions, eventOf } from "./event.ts";
import type { EventName } from "./event-names.ts";
import { type Granted, isRestricted, permissionsOf } from "./permissions.ts";
import { reachOf } from "./secrets.ts";
import type { Permissions } from "./workflow.ts";

const event = (name: EventName, options: EventOptions = {}): Event => eventOf(name, options);
const push = event("push");
const ofFork = event("pull_request", { fork: true });
const byDependabot: Event = { ...push, payload: { sender: { login: "dependabot[bot]" } } };

describe("the token", () => {
  test.each<[Permissions | undefined, Permissions | undefined, Event, Granted]>([
    [undefined, undefined, push, "default of the repository"],
    [undefined, { contents: "write" }, push, { contents: "write" }],
    // The permissions of the job replace those of the workflow.
    [{ issues: "write" }, { contents: "write" }, push, { issues: "write" }],
    [{}, "write-all", push, {}],
    ["read-all", undefined, push, { all: "read" }],
    // A fork reads at most.
    [undefined, undefined, ofFork, { all: "read" }],
    [
      { contents: "write", issues: "read", packages: "none" },
      undefined,
      ofFork,
      { contents: "read", issues: "read", packages: "none" },
    ],
    ["write-all", undefined, ofFork, { all: "read" }],
    [{ contents: "write" }, undefined, byDependabot, { contents: "read" }],
    // pull_request_target runs the code of the base branch, with all its rights.
    [{ contents: "write" }, undefined, event("pull_request_target", { fork: true }), { contents: "write" }],
  ])("job %j, workflow %j", (job, workflow, given, expected) =>
    expect(permissionsOf(job, workflow, given)).toEqual(expected),
  );

  test.each<[Permissions | undefined, Granted, Granted]>([
    [undefined, { contents: "read" }, { contents: "read" }],
    [{ contents: "read" }, { contents: "write" }, { contents: "read" }],
    [{ contents: "write", issues: "read" }, { contents: "read" }, { contents: "read", issues: "none" }],
    ["write-all", { contents: "read" }, { all: "none", contents: "read" }],
    [{ contents: "write" }, { all: "read" }, { contents: "read" }],
    [{ contents: "write" }, "default of the repository", { contents: "write" }],
  ])("%j of a called workflow within %j", (job, ceiling, expected) =>
    expect(permissionsOf(job, undefined, push, ceiling)).toEqual(expected),
  );

  const level = fc.constantFrom("read", "write", "none");
  const some = fc.dictionary(fc.constantFrom("contents", "issues", "packages"), level);
  test("never has more than its caller, and of a fork never writes", () => {
    const order = ["none", "read", "write"];
    fc.assert(
      fc.property(some, some, fc.constantFrom(push, ofFork), (job, caller, given) => {
        const granted = permissionsOf(job, undefined, given, caller);
        for (const [scope, one] of Object.entries(granted)) {
          expect(order.indexOf(one)).toBeLessThanOrEqual(order.indexOf(caller[scope] ?? "none"));
          if (given === ofFork) expect(one).not.toBe("write");
        }
      }),
    );
  });
});

test.each<[EventName, boolean, boolean]>([
  ["pull_request", true, true],
  ["pull_request", false, false],
  ["pull_request_review", true, true],
  ["pull_request_review_comment", true, true],
  ["pull_request_target", true, false],
])("%s of a fork (%s) is restricted: %s", (name, fork, expected) =>
  expect(isRestricted(event(name, { fork }))).toBe(expected),
);

describe("the secrets of a job", () => {
  const reading = (...texts: readonly string[]) => ({ steps: texts.map((run) => ({ run })) });
  test.each([
    [reading("${{ secrets.A }} ${{ secrets.B }}", "${{ secrets.A }}"), ["A", "B"]],
    [reading("${{ secrets['A'] }}"), ["A"]],
    [reading("${{ SECRETS.A || '' }}"), ["A"]],
    [reading("${{ secrets[matrix.name] }}"), ["all secrets"]],
    [reading("${{ toJSON(secrets) }}"), ["all secrets"]],
    [reading("${{ secrets.GITHUB_TOKEN }}"), []],
    [reading("secrets.A", "${{ 'secrets.A' }}", "${{ github.event.secrets.A }}"), []],
    [{ uses: "./x", secrets: "inherit" as const }, ["all secrets"]],
  ])("%j", (job, expected) => {
    expect(reachOf(job, push, undefined)).toEqual({ reached: expected, withheld: [] });
    expect(reachOf(job, ofFork, undefined)).toEqual({ reached: [], withheld: expected });
  });
});
