import { describe, expect, test } from "vitest";
import { type AppName, appNames } from "../../apps/catalog.ts";
import type { Digest } from "../../contract/digests.ts";
import { type Proof, type Work, proofVersion } from "../../contract/proof.ts";
import type { Trigger } from "../../contract/trigger.ts";
import { type AppFacts, type Comparison, type Observation, decide } from "./decide.ts";

const commit = "a".repeat(40);
const digest = (letter: string) => `sha256:${letter.repeat(64)}` as Digest;
const [shop, ...others] = appNames as readonly [AppName, ...AppName[]];
const on = (kind: Exclude<Trigger["kind"], "laptop">, onMain = true): Trigger => ({ kind, onMain, commit });

const proof = (work: Work, images: Proof["images"]): Proof => ({
  version: proofVersion,
  work,
  inputs: digest("1"),
  passed: 1102,
  images,
  milliseconds: 78_000,
  run: "1234",
  at: "2026-11-24T12:00:00.000Z",
});
const proven = (app: AppName): AppFacts => ({
  inputs: digest("1"),
  proof: proof(app, { [app]: digest("c") }),
  held: true,
  changed: [],
});
/** The comparison with a release that proves every application, but for the facts given. */
const compared = (facts: Partial<AppFacts> = {}, integration?: Proof, proofs: readonly Proof[] = []): Comparison => ({
  release: 57,
  proofs,
  apps: Object.fromEntries(
    appNames.map((app) => [app, { ...proven(app), ...(app === shop ? facts : {}) }]),
  ) as Comparison["apps"],
  integration,
});
const together = proof("integration", {});
const everything = Object.fromEntries(appNames.map((app) => [app, digest("c")]));
const { [shop]: _, ...allButOne } = everything as Record<AppName, Digest>;

const seen = (rest: Partial<Observation> = {}): Observation => ({
  trigger: on("push"),
  compared: "nothing is released",
  tag: "sha-aaaaaaaaaaaa",
  accountSet: true,
  hostSet: true,
  ...rest,
});

describe("how far a run goes", () => {
  test.each([
    { name: "a push to main", observed: {}, publish: true, deploy: true },
    { name: "a push elsewhere", observed: { trigger: on("push", false) }, publish: false, deploy: false },
    { name: "a pull request", observed: { trigger: on("pull request", false) }, publish: false, deploy: false },
    { name: "a merge group", observed: { trigger: on("merge group", false) }, publish: false, deploy: false },
    { name: "a scheduled run", observed: { trigger: on("schedule") }, publish: false, deploy: false },
    { name: "a dispatch on main", observed: { trigger: on("dispatch") }, publish: true, deploy: true },
    { name: "a dispatch elsewhere", observed: { trigger: on("dispatch", false) }, publish: false, deploy: false },
    { name: "no account", observed: { accountSet: false }, publish: false, deploy: false },
    { name: "no host", observed: { hostSet: false }, publish: true, deploy: false },
    { name: "a laptop", observed: { trigger: { kind: "laptop" } as const }, publish: true, deploy: true },
    {
      name: "a release that changes nothing",
      observed: { compared: compared({}, together) },
      publish: true,
      deploy: true,
    },
  ])("$name: publish $publish, deploy $deploy", ({ observed, publish, deploy }) => {
    expect(decide(seen(observed))).toMatchObject({ publish, deploy, tag: "sha-aaaaaaaaaaaa" });
  });

  test.each([
    { observed: { accountSet: false }, says: "DOCKER_USERNAME" },
    { observed: { hostSet: false }, says: "DEPLOY_HOST" },
    { observed: { trigger: on("push", false) }, says: "Only `main`" },
    { observed: { trigger: on("pull request", false) }, says: "never published" },
    { observed: { trigger: on("merge group", false) }, says: "never published" },
  ])("what is not done says what to set: $says", ({ observed, says }) => {
    expect(decide(seen(observed)).reasons.join("\n")).toContain(says);
  });
});

describe("what a run builds", () => {
  const unproven = { proof: undefined, held: false };
  test.each<[string, Observation["compared"], Partial<ReturnType<typeof decide>>]>([
    [
      "without a release everything",
      "no release was published yet",
      { build: appNames, carried: {}, integrate: true, proven: {} },
    ],
    ["what is not proven", compared(unproven), { build: [shop], carried: allButOne, integrate: true, proven: {} }],
    [
      "what is not proven, whatever is proven together",
      compared(unproven, together),
      { build: [shop], carried: allButOne, integrate: true, proven: {} },
    ],
    [
      "what the registry lost",
      compared({ held: false }),
      { build: [shop], carried: allButOne, integrate: true, proven: {} },
    ],
    [
      "what a proof without its image is about",
      compared({ proof: proof(shop, {}) }),
      { build: [shop], carried: allButOne, integrate: true, proven: {} },
    ],
    [
      "nothing, where everything is proven, and tests together what was not",
      compared(),
      { build: [], carried: everything, integrate: true, proven: {} },
    ],
    [
      "nothing, and tests nothing, where everything is proven",
      compared({}, together),
      { build: [], carried: everything, integrate: false, proven: everything },
    ],
  ])("%s", (_name, comparison, expected) => {
    expect(decide(seen({ compared: comparison }))).toMatchObject(expected);
  });
});

describe("the integration tests in full", () => {
  const unproven = { proof: undefined, held: false };
  const baseline = everything;
  test.each<[string, Observation["compared"], readonly AppName[]]>([
    ["everything without a release", "nothing is released", appNames],
    ["everything, where these tests did not test the release", compared(unproven), appNames],
    ["what is built, where they did", { ...compared(unproven), baseline }, [shop]],
    [
      "what is carried from before the release, too",
      { ...compared(), baseline: { ...everything, [shop]: digest("d") } },
      [shop],
    ],
    ["everything rather than nothing", { ...compared(), baseline }, appNames],
  ])("%s", (_name, comparison, changed) => {
    expect(decide(seen({ compared: comparison })).changed).toEqual(changed);
  });
});

describe("each application has one line with its reason", () => {
  const lineOf = (facts: Partial<AppFacts>): string | undefined =>
    decide(seen({ compared: compared(facts) })).reasons.find((line) => line.includes(` ${shop}`));
  const unproven = { proof: undefined, held: false };
  test.each<[string, Partial<AppFacts>, readonly string[]]>([
    ["the proof", {}, [`carry ${shop} sha256:cccccccccccc`, "run 1234", "24 November", "1,102 tests"]],
    [
      "the file that changed",
      { ...unproven, changed: ["x/home.html"] },
      [`build ${shop}`, "x/home.html", "release 57"],
    ],
    ["the number of the others", { ...unproven, changed: ["a", "b", "c"] }, ["build", "a and 2 more"]],
    ["what is no file", { ...unproven, changed: [] }, ["build", "base image", "release 57"]],
    ["that git cannot tell", { ...unproven, changed: undefined }, ["build", "git", "release 57"]],
    ["that inputs are unknown", { ...unproven, inputs: undefined }, ["build", "cannot be determined"]],
    ["that the image is gone", { held: false }, ["build", "no longer has sha256:cccccccccccc"]],
    ["a name in one line, whatever it contains", { ...unproven, changed: ["a\nb\u001b[2J"] }, ["a\\nb\\u001b[2J"]],
  ])("%s", (_name, facts, parts) => {
    const line = lineOf(facts);
    for (const part of parts) expect(line).toContain(part);
    expect(line).not.toContain("\n");
  });

  test("and there is one line for each", () => {
    const { reasons } = decide(seen({ compared: compared() }));
    for (const app of [shop, ...others]) expect(reasons.filter((line) => line.includes(` ${app}`))).toHaveLength(1);
  });

  test("where there is no release, one line says why", () => {
    const { reasons } = decide(seen({ compared: "the registry asks for a login" }));
    expect(reasons[0]).toContain("the registry asks for a login");
  });
});
