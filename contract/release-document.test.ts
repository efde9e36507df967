import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appNames } from "../apps/catalog.ts";
import type { Digest } from "./digests.ts";
import { type Proof, proofVersion, works } from "./proof.ts";
import {
  MAX_PROOFS,
  type ReleaseDocument,
  type ReleaseFacts,
  imagesOf,
  isSuperseded,
  nextRelease,
  parseRelease,
  printRelease,
  provenIn,
} from "./release-document.ts";
import { UserError } from "./user-error.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const hour = 60 * 60 * 1000;
const at = (milliseconds: number): string => new Date(milliseconds).toISOString();
const digest = (value: number) => `sha256:${value.toString(16).padStart(64, "0")}` as Digest;
const commit = "a".repeat(40);
const reader = { repository: "wmd/apps", owner: "wmd" };
const facts: ReleaseFacts = {
  ...reader,
  tag: "sha-aaaaaaaaaaaa",
  commit,
  run: { workflow: "wmd/apps/.github/workflows/ci-cd.yml", number: 57 },
  actor: "somebody",
  at: at(now),
  images: Object.fromEntries(appNames.map((app, index) => [app, { digest: digest(index), inputs: digest(index) }])),
  integration: digest(9),
  bases: { "python:3.13-alpine": digest(7) },
};
const proof = (changed: Partial<Proof> = {}): Proof => ({
  version: proofVersion,
  work: appNames[0]!,
  inputs: digest(0),
  passed: 3,
  images: { [appNames[0]!]: digest(0) },
  milliseconds: 10,
  commit,
  run: "57",
  at: at(now),
  ...changed,
});

/** Few values of each field, so that proofs of the same work with the same inputs occur often. */
const proofs = fc.array(
  fc
    .record({ work: fc.constantFrom(...works), inputs: fc.nat(60).map(digest), age: fc.nat(1000) })
    .map(({ age, ...rest }) => proof({ ...rest, at: at(now - age * hour) })),
  { maxLength: 200 },
);
const releases = proofs.map((given) => nextRelease(undefined, facts, given));
const key = ({ work, inputs }: Proof): string => `${work} ${inputs}`;

describe("a release document that is read", () => {
  test("is what was written", () => {
    fc.assert(
      fc.property(releases, (release) => {
        expect(parseRelease(printRelease(release), reader, now)).toEqual(release);
      }),
    );
  });

  const release = nextRelease(undefined, facts, [proof()]);
  const changed = (change: object): string => JSON.stringify({ ...release, ...change });
  test.each([
    ["another version", changed({ version: 2 }), "version"],
    ["another repository", changed({ repository: "other/apps" }), "other/apps"],
    ["another account", changed({ owner: "other" }), "other"],
    ["a time in the future", changed({ at: at(now + 2 * hour) }), "future"],
    ["a commit that is none", changed({ commit: "main" }), "commit"],
    ["no images", changed({ images: undefined }), "images"],
    ["an unknown application", changed({ images: { "no-app-": { digest: digest(1) } } }), "images"],
    ["a field that nobody knows", changed({ trusted: true }), "trusted"],
    ["a proof without a test", changed({ proofs: [proof({ passed: 0 })] }), "proofs.0.passed"],
    ["a proof of unknown inputs", changed({ proofs: [{ ...proof(), inputs: "" }] }), "proofs.0.inputs"],
    ["a proof of another version", changed({ proofs: [{ ...proof(), version: 2 }] }), "proofs.0.version"],
  ])("is not believed with %s", (_, text, reason) => {
    expect(() => parseRelease(text, reader, now)).toThrow(UserError);
    expect(() => parseRelease(text, reader, now)).toThrow(reason);
  });

  test("is not believed when it is cut short, wherever that is", () => {
    const text = printRelease(release).trimEnd();
    fc.assert(
      fc.property(fc.nat(text.length - 1), (length) => {
        expect(() => parseRelease(text.slice(0, length), reader, now)).toThrow(UserError);
      }),
    );
  });

  test("may come from a clock that is half an hour ahead", () => {
    expect(parseRelease(changed({ at: at(now + hour / 2) }), reader, now)).toMatchObject({ tag: release.tag });
  });
});

describe("the proof of some work", () => {
  test("is one of this work with these inputs, or none", () => {
    fc.assert(
      fc.property(releases, fc.constantFrom(...works), fc.option(fc.nat(60).map(digest)), (release, work, inputs) => {
        const found = provenIn(release, work, inputs ?? undefined, now);
        expect(found).toEqual(release.proofs.find((one) => one.work === work && one.inputs === inputs));
      }),
    );
  });

  test("from the future is none", () => {
    const release = nextRelease(undefined, facts, [proof({ at: at(now + 2 * hour) })]);
    expect(provenIn(release, appNames[0]!, digest(0), now)).toBeUndefined();
  });
});

describe("the next release document", () => {
  const previous = (release: ReleaseDocument) => ({ release, digest: digest(42) });

  test("has each proof once, the newest, and the newest first", () => {
    fc.assert(
      fc.property(proofs, proofs, (older, added) => {
        const next = nextRelease(previous(nextRelease(undefined, facts, older)), facts, added);
        expect(new Set(next.proofs.map(key)).size).toBe(next.proofs.length);
        for (const one of added) {
          const kept = next.proofs.find((other) => key(other) === key(one));
          if (kept) expect(Date.parse(kept.at)).toBeGreaterThanOrEqual(Date.parse(one.at));
        }
        expect(next.parent).toBe(digest(42));
      }),
    );
  });

  test("never loses a proof that it rests on, and keeps a limited number of the others", () => {
    fc.assert(
      fc.property(proofs, proofs, (older, added) => {
        const next = nextRelease(previous(nextRelease(undefined, facts, older)), facts, added);
        const used = new Set([...appNames.map((app, index) => `${app} ${digest(index)}`), `integration ${digest(9)}`]);
        for (const one of [...older, ...added])
          if (used.has(key(one))) expect(next.proofs.map(key)).toContain(key(one));
        expect(next.proofs.filter((one) => !used.has(key(one))).length).toBeLessThanOrEqual(MAX_PROOFS);
      }),
    );
  });

  test("drops the oldest proofs", () => {
    const many = Array.from({ length: 3 * MAX_PROOFS }, (_, index) =>
      proof({ inputs: digest(1000 + index), at: at(now - index) }),
    );
    const kept = nextRelease(undefined, facts, many).proofs.map(({ inputs }) => inputs);
    expect(kept).toEqual(many.slice(0, MAX_PROOFS).map(({ inputs }) => inputs));
  });

  test("names the image of each application", () => {
    expect(imagesOf(nextRelease(undefined, facts, []))).toEqual(
      Object.fromEntries(appNames.map((app, index) => [app, digest(index)])),
    );
  });
});

describe("a run is superseded", () => {
  const other = "b".repeat(40);
  const run = (number: number, changed = {}) => ({ workflow: "ci-cd.yml", number, commit, ...changed });
  const release = (number: number, changed = {}) => ({
    run: { workflow: "ci-cd.yml", number },
    commit: other,
    ...changed,
  });
  test.each([
    ["by a later run", run(1), release(2), undefined, true],
    ["by a later run of an older commit, after a force push", run(1), release(2), false, true],
    ["not by an earlier run", run(2), release(1), undefined, false],
    ["not by an earlier run of a newer commit, after a force push", run(2), release(1), true, false],
    ["not by itself", run(1), release(1, { commit }), true, false],
    ["by a descendant, where the numbers are equal", run(1), release(1), true, true],
    ["not by an ancestor, where the numbers are equal", run(1), release(1), false, false],
    ["by a descendant of another workflow", run(9, { workflow: "ci.yml" }), release(1), true, true],
    ["not by an ancestor of another workflow", run(1, { workflow: "ci.yml" }), release(57), false, false],
    ["not where nothing is known", run(1, { workflow: "ci.yml" }), release(57), undefined, false],
  ])("%s", (_, one, current, isAncestor, expected) => {
    expect(isSuperseded(one, current, isAncestor)).toBe(expected);
  });

  test("so that any number of runs, in whatever order they end, leave the release of the last one", () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, fc.func(fc.boolean()), (order, isAncestor) => {
        const left = order.reduce<number | undefined>(
          (current, number) =>
            current !== undefined && isSuperseded(run(number), release(current), isAncestor(number, current))
              ? current
              : number,
          undefined,
        );
        expect(left).toBe(Math.max(...order));
      }),
    );
  });
});
