/** A proof: a complete, green verdict, kept under the digest of what the work read. Pure. */
import * as v from "valibot";
import { appNames } from "../apps/catalog.ts";
import { type Digest, isDigest } from "./digests.ts";
import { commitSchema } from "./trigger.ts";

/** Raised when the meaning of a field changes: proofs of another version are not believed. */
export const proofVersion = 1;

/** The pieces of work that can be proven: each application's unit tests and image, the integration, and the checks. */
export const works = [...appNames, "integration", "check"] as const;
export type Work = (typeof works)[number];

export const digestSchema = v.custom<Digest>(isDigest, "is not a sha256 digest");
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const proofSchema = v.strictObject({
  version: v.literal(proofVersion),
  work: v.picklist(works),
  /** The digest of everything that the work read. */
  inputs: digestSchema,
  /** Tests that passed. A run with a failed or a skipped test, or without tests, is no proof. */
  passed: v.pipe(count, v.minValue(1)),
  /** The images that came out, by application. */
  images: v.record(v.picklist(appNames), digestSchema),
  milliseconds: count,
  /** Undefined where the work tree was no commit. */
  commit: v.optional(commitSchema),
  /** The run on GitHub. */
  run: v.optional(v.string()),
  at: v.pipe(v.string(), v.isoTimestamp()),
});
export type Proof = Readonly<v.InferOutput<typeof proofSchema>>;

/** Clocks of two machines may differ by this much. */
export const clockSkewMs = 60 * 60 * 1000;

/** The reason not to believe a proof, if there is one. */
export type Doubt = "other work" | "other inputs" | "from the future";

/**
 * Compares a proof with the work at hand.
 * @param inputs undefined where it cannot be determined: no proof is equal to that
 * @param now milliseconds since 1970
 */
export function doubtOf(proof: Proof, work: Work, inputs: Digest | undefined, now: number): Doubt | undefined {
  if (proof.work !== work) return "other work";
  if (inputs === undefined || proof.inputs !== inputs) return "other inputs";
  return Date.parse(proof.at) > now + clockSkewMs ? "from the future" : undefined;
}
