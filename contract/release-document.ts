/**
 * The release document: what was released, and on which proofs it rests. It lies in the registry beside the images, where
 * only the publish job can write it. Pure.
 */
import * as v from "valibot";
import { type AppName, appNames } from "../apps/catalog.ts";
import type { Digest } from "./digests.ts";
import { parseJson } from "./json.ts";
import { type Proof, type Work, clockSkewMs, digestSchema, doubtOf, proofSchema } from "./proof.ts";
import type { Run } from "./run.ts";
import { commitSchema } from "./trigger.ts";
import { UserError } from "./user-error.ts";

/** The media type of the document, and of the artifact that holds it. */
export const releaseMediaType = "application/vnd.wmd.release.v1+json";

/** The repository of the document, in the account that owns the images. */
export const releaseRepository = "wmd-release";

/** Raised when the meaning of a field changes: documents of another version are not believed. */
export const releaseVersion = 1;

/** Proofs that the release does not rest on are kept up to this number, so that a revert finds its proof. */
export const MAX_PROOFS = 100;

const line = v.pipe(v.string(), v.nonEmpty());

const releaseSchema = v.strictObject({
  version: v.literal(releaseVersion),
  /** The repository on GitHub. */
  repository: line,
  /** The owner of the images, `wmd` or `registry/account`. */
  owner: line,
  tag: line,
  commit: commitSchema,
  run: v.strictObject({ workflow: v.string(), number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) }),
  actor: line,
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** The digest of the document before it. */
  parent: v.optional(digestSchema),
  /** Each application's image; without inputs where these cannot be determined. */
  images: v.record(v.picklist(appNames), v.strictObject({ digest: digestSchema, inputs: v.optional(digestSchema) })),
  /** The inputs of the integration of these images; undefined where they cannot be determined. */
  integration: v.optional(digestSchema),
  /** The digests of the base images, by reference. */
  bases: v.record(v.string(), digestSchema),
  proofs: v.array(proofSchema),
});
export type ReleaseDocument = Readonly<v.InferOutput<typeof releaseSchema>>;

/** The reader: a document of another repository or another account is not believed. */
export interface Reader {
  readonly repository: string;
  readonly owner: string;
}

/**
 * @param now milliseconds since 1970
 * @throws UserError that gives the reason not to believe the document
 */
export function parseRelease(text: string, { repository, owner }: Reader, now: number): ReleaseDocument {
  const release = parseJson(releaseSchema, text, "The release document");
  if (release.repository !== repository) throw doubt(`is of the repository ${release.repository}, not ${repository}`);
  if (release.owner !== owner) throw doubt(`is of the account ${release.owner}, not ${owner}`);
  if (Date.parse(release.at) > now + clockSkewMs) throw doubt(`is from the future: ${release.at}`);
  return release;
}

const doubt = (what: string): UserError =>
  new UserError(`The release document ${what}`, "Run the workflow on main: it publishes a new release document");

export const printRelease = (release: ReleaseDocument): string => `${JSON.stringify(release, undefined, 1)}\n`;

/**
 * The proof that some work succeeded with these inputs.
 * @param inputs undefined where they cannot be determined: nothing is proven then
 */
export const provenIn = (
  release: ReleaseDocument,
  work: Work,
  inputs: Digest | undefined,
  now: number,
): Proof | undefined => release.proofs.find((proof) => doubtOf(proof, work, inputs, now) === undefined);

/** The facts about a new release, besides its proofs. */
export type ReleaseFacts = Omit<ReleaseDocument, "version" | "parent" | "proofs">;

/** A document of an earlier release, and its digest. */
export interface Previous {
  readonly release: ReleaseDocument;
  readonly digest: Digest;
}

/**
 * The document of a new release. Proofs of the same work with the same inputs are kept once, the newest. Those that the
 * release rests on are kept, and the newest of the others.
 */
export function nextRelease(
  previous: Previous | undefined,
  facts: ReleaseFacts,
  added: readonly Proof[],
): ReleaseDocument {
  const newestFirst = [...added, ...(previous?.release.proofs ?? [])].toSorted(
    (one, other) => Date.parse(other.at) - Date.parse(one.at),
  );
  const proofs = [...new Map(newestFirst.toReversed().map((proof) => [keyOf(proof), proof])).values()].toReversed();
  const used = new Set([
    ...Object.entries(facts.images).map(([work, { inputs }]) => keyOf({ work, inputs })),
    keyOf({ work: "integration", inputs: facts.integration }),
  ]);
  const isUsed = (proof: Proof): boolean => used.has(keyOf(proof));
  return {
    ...facts,
    version: releaseVersion,
    ...(previous ? { parent: previous.digest } : {}),
    proofs: [...proofs.filter(isUsed), ...proofs.filter((proof) => !isUsed(proof)).slice(0, MAX_PROOFS)],
  };
}

const keyOf = ({ work, inputs }: { readonly work: string; readonly inputs?: string | undefined }): string =>
  `${work} ${inputs}`;

/** The image of each application. */
export const imagesOf = ({ images }: ReleaseDocument): Readonly<Partial<Record<AppName, Digest<"published">>>> =>
  Object.fromEntries(Object.entries(images).map(([app, { digest }]) => [app, digest]));

/**
 * Whether a run must not replace the release, because the release is newer. GitHub numbers the runs of a workflow in the
 * order of their events, so the highest number is the newest, also after a force push, and in whatever order runs end.
 * Numbers of different workflow files, and a number that is equal, say nothing: then the history of the commits decides.
 * @param isAncestor whether the run's commit is an ancestor of the release's; undefined where that cannot be determined
 */
export function isSuperseded(
  run: Pick<Run, "workflow" | "number" | "commit">,
  release: Pick<ReleaseDocument, "run" | "commit">,
  isAncestor: boolean | undefined,
): boolean {
  if (run.workflow === release.run.workflow && run.number !== release.run.number)
    return run.number < release.run.number;
  return run.commit !== release.commit && isAncestor === true;
}
