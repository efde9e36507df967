import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import type { Trigger } from "../../contract/trigger.ts";
import { type Observation, decide } from "./plan.ts";

const commit = "a".repeat(40);
const push = (onMain: boolean): Trigger => ({ kind: "push", onMain, commit, before: "b".repeat(40) });
const pullRequest: Trigger = { kind: "pull request", commit, base: "b".repeat(40) };
const dispatch = (onMain: boolean): Trigger => ({ kind: "dispatch", onMain, commit });

const seen = (trigger: Trigger, rest: Partial<Observation> = {}): Observation => ({
  trigger,
  changed: ["apps/catalog.ts"],
  tag: "sha-aaaaaaaaaaaa",
  accountSet: true,
  hostSet: true,
  ...rest,
});

describe("how far a run goes", () => {
  test.each([
    { name: "a push to main", observed: seen(push(true)), apps: appNames, publish: true, deploy: true },
    { name: "a push elsewhere", observed: seen(push(false)), apps: appNames, publish: false, deploy: false },
    { name: "a pull request", observed: seen(pullRequest), apps: appNames, publish: false, deploy: false },
    {
      name: "a dispatch on main",
      observed: seen(dispatch(true), { changed: undefined }),
      apps: appNames,
      publish: true,
      deploy: true,
    },
    {
      name: "a dispatch elsewhere",
      observed: seen(dispatch(false), { changed: undefined }),
      apps: appNames,
      publish: false,
      deploy: false,
    },
    {
      name: "no account",
      observed: seen(push(true), { accountSet: false }),
      apps: appNames,
      publish: false,
      deploy: false,
    },
    { name: "no host", observed: seen(push(true), { hostSet: false }), apps: appNames, publish: true, deploy: false },
    {
      name: "documentation",
      observed: seen(push(true), { changed: ["README.md", "docs/pipeline.md"] }),
      apps: [],
      publish: false,
      deploy: false,
    },
    {
      name: "documentation and a source",
      observed: seen(push(true), { changed: ["README.md", "apps/x/y.py"] }),
      apps: appNames,
      publish: true,
      deploy: true,
    },
    { name: "an empty diff", observed: seen(push(true), { changed: [] }), apps: appNames, publish: true, deploy: true },
    {
      name: "an unknown diff",
      observed: seen(push(true), { changed: undefined }),
      apps: appNames,
      publish: true,
      deploy: true,
    },
    {
      name: "a README of an application",
      observed: seen(push(true), { changed: ["apps/rocket-ecommerce/README.md"] }),
      apps: appNames,
      publish: true,
      deploy: true,
    },
    {
      name: "a laptop",
      observed: seen({ kind: "laptop" }, { changed: undefined }),
      apps: appNames,
      publish: true,
      deploy: true,
    },
  ])("$name: publish $publish, deploy $deploy", ({ observed, apps, publish, deploy }) => {
    expect(decide(observed)).toMatchObject({ apps, publish, deploy, tag: "sha-aaaaaaaaaaaa" });
  });

  test.each([
    { observed: seen(push(true), { accountSet: false }), says: "DOCKER_USERNAME" },
    { observed: seen(push(true), { hostSet: false }), says: "DEPLOY_HOST" },
    { observed: seen(push(false)), says: "Only `main`" },
    { observed: seen(pullRequest), says: "never published" },
  ])("what is not done says what to set: $says", ({ observed, says }) => {
    expect(decide(observed).reasons.join("\n")).toContain(says);
  });
});
