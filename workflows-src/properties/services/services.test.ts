/** The committed compose files and the stack file keep every rule, and every change of a value of such a file breaks one. */
import { describe, expect, test } from "vitest";
import { catalog } from "../../../apps/catalog.ts";
import { committedFiles } from "../../testing/compiled-files.ts";
import { type Path, leavesOf } from "../../testing/leaves.ts";
import { catalogWithDefects, changedFile, correct } from "../../testing/service-defects.ts";
import { type Finding, findingsOf } from "../core/rule.ts";
import { fileRules, servicesOf } from "./file.ts";
import { findingsIn, places, serviceRules } from "./rules.ts";
import type { Keys } from "./service.ts";

test("the committed files keep every rule", () =>
  expect(places.flatMap((place) => findingsIn(place, committedFiles, catalog))).toEqual([]));

/** One application of each kind, and every other service. */
const kinds = new Map(
  Object.entries(catalogWithDefects).map(([name, { route, payments }]) => [`${route === null} ${payments}`, name]),
);
const isSample = (name: string): boolean =>
  !Object.keys(catalogWithDefects).some((app) => name === app || name === `${app}-prepare`) ||
  [...kinds.values()].some((app) => name === app || name === `${app}-prepare`);
/** The rule about changed files compares the hashes, and a test of the proxy the number of its files. */
const comparedElsewhere = new Set(["labels"]);

describe.each(places)("%s", (place) => {
  const file = correct[place];
  const samples = Object.entries(file.content.services).filter(([name]) => isSample(name));

  test.each(samples)("%s: each value that is removed or replaced is a finding", (name, keys) => {
    const alone = { ...file, content: { ...file.content, services: { [name]: keys } } };
    const judged = (path: Path, to: unknown): readonly Finding[] =>
      findingsOf(serviceRules, servicesOf(changedFile(alone, ["services", name, ...path], to)));
    const unnoticed = leavesOf(keys)
      .filter(([key]) => !comparedElsewhere.has(String(key)))
      .flatMap((path) =>
        [undefined, "another"].filter((to) => judged(path, to).length === 0).map((to) => `${path.join(".")} = ${to}`),
      );
    expect(unnoticed).toEqual([]);
    expect(judged(["devices"], ["/dev/kmsg"]).length).toBeGreaterThan(0);
  });

  test("each network, volume and secret that is removed, shared or opened is a finding", () => {
    for (const part of ["networks", "volumes", "secrets"])
      for (const [name, options] of Object.entries((file.content[part] ?? {}) as Keys))
        for (const to of [
          undefined,
          { ...(options as Keys), external: false },
          { ...(options as Keys), driver: "host" },
        ])
          expect([part, name, findingsOf(fileRules, changedFile(file, [part, name], to)).length]).not.toEqual([
            part,
            name,
            0,
          ]);
  });
});

test("each rule says why it holds", () => {
  for (const { name, reason } of [...fileRules, ...serviceRules])
    expect([name, reason.length > 40]).toEqual([name, true]);
});
