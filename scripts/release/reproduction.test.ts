import { expect, test } from "vitest";
import { type AppName, appNames } from "../../apps/catalog.ts";
import type { Digest } from "../../contract/digests.ts";
import { proofVersion } from "../../contract/proof.ts";
import { type ReleaseDocument, releaseVersion } from "../../contract/release-document.ts";
import { digestOf } from "../oci/layout.ts";
import { reproductionFindings } from "./reproduction.ts";

const [app, other] = appNames as [AppName, AppName];
const digest = (text: string): Digest => digestOf(Buffer.from(text));
const commit = "a".repeat(40);
const at = "2026-11-24T10:00:00.000Z";
const release: ReleaseDocument = {
  version: releaseVersion,
  repository: "example/wmd",
  owner: "wmd",
  tag: "sha-aaaaaaaaaaaa",
  commit,
  run: { workflow: "", number: 57 },
  actor: "someone",
  at,
  images: {},
  bases: {},
  proofs: [
    {
      version: proofVersion,
      work: app,
      inputs: digest("inputs"),
      passed: 1,
      images: { [app]: digest("image") },
      milliseconds: 1,
      commit,
      at,
    },
  ],
};

test.each([
  { name: "the same image", built: { [app]: digest("image") }, inputs: { [app]: digest("inputs") }, count: 0 },
  { name: "another image", built: { [app]: digest("another") }, inputs: { [app]: digest("inputs") }, count: 1 },
  { name: "other inputs", built: { [app]: digest("another") }, inputs: { [app]: digest("other inputs") }, count: 0 },
  { name: "unknown inputs", built: { [app]: digest("another") }, inputs: { [app]: undefined }, count: 0 },
  { name: "an image that was not built", built: {}, inputs: { [app]: digest("inputs") }, count: 0 },
  { name: "no proof", built: { [other]: digest("another") }, inputs: { [other]: digest("inputs") }, count: 0 },
])("$name: $count findings", ({ built, inputs, count }) => {
  const findings = reproductionFindings(release, built, inputs, Date.parse(at));
  expect(findings).toHaveLength(count);
  for (const finding of findings)
    for (const fact of [app, "57", digest("image"), digest("another")]) expect(finding).toContain(fact);
});
