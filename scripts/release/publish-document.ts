/** Publishes the document of a release, with the proofs of this run that hold. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import { images } from "../../contract/base-images.ts";
import type { Digest, Digests } from "../../contract/digests.ts";
import { parseJson } from "../../contract/json.ts";
import { type Proof, type Work, doubtOf, proofSchema } from "../../contract/proof.ts";
import { nextRelease, printRelease, releaseMediaType, releaseRepository } from "../../contract/release-document.ts";
import type { Run } from "../../contract/run.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { splitOwner } from "../oci/owner.ts";
import type { Registry } from "../oci/registry.ts";
import type { CurrentInputs } from "../proofs/current-inputs.ts";
import { applicationInputs, integrationInputs } from "../proofs/work-inputs.ts";
import type { Found } from "./current-release.ts";

/** The works whose proofs a plan can use. The checks read every file, so that only the same tree could. */
const released: readonly Work[] = [...appNames, "integration"];

interface Released {
  readonly registry: Registry;
  readonly owner: string;
  readonly run: Run;
  readonly tag: string;
  readonly published: Digests<"published", AppName>;
  /** The release before. */
  readonly found: Found;
}

/** @param folders the folders of the proofs that jobs of this run uploaded, by work */
export async function publishDocument(
  { registry, owner, run, tag, published, found }: Released,
  folders: Readonly<Record<string, string>>,
  current: CurrentInputs,
  fx: Effects,
): Promise<void> {
  const inputs = await inputsOf(published, current, fx);
  const proofs = released.flatMap((work) =>
    proofFromJob(work, folders[work], { inputs: inputs[work], run, published }, fx),
  );
  const bases = await current.imageDigests(Object.values(images));
  const document = nextRelease(
    found.current,
    {
      repository: run.repository,
      owner,
      tag,
      commit: run.commit,
      run: { workflow: run.workflow, number: run.number },
      actor: run.actor,
      at: new Date().toISOString(),
      images: Object.fromEntries(
        appNames.flatMap((app) => {
          const digest = published[app];
          return digest === undefined ? [] : [[app, { digest, inputs: inputs[app] }]];
        }),
      ),
      integration: inputs.integration,
      bases: defined(bases),
    },
    proofs,
  );
  const repository = `${splitOwner(owner).account}/${releaseRepository}`;
  const digest = await registry.pushDocument(repository, releaseMediaType, Buffer.from(printRelease(document)));
  for (const name of [tag, "latest"]) await registry.tag(repository, digest, name);
  fx.log(`  ✓ ${registry.host}/${repository}@${digest}, with ${document.proofs.length} proofs`);
}

/** The digest of the inputs of each piece of work, in this commit and with these images. */
async function inputsOf(
  published: Digests<"published", AppName>,
  current: CurrentInputs,
  fx: Effects,
): Promise<Readonly<Partial<Record<Work, Digest>>>> {
  const reads = [
    ...appNames.map((app) => [app, applicationInputs(app, fx.files.read)] as const),
    ["integration", integrationInputs(published, fx.files.read)] as const,
  ];
  const found = await Promise.all(reads.map(async ([work, read]) => [work, await current.digestOf(read)] as const));
  return defined(Object.fromEntries(found));
}

interface Expected {
  readonly inputs: Digest | undefined;
  readonly run: Run;
  readonly published: Digests<"published", AppName>;
}

/**
 * The proof in the artifact of a job of this run, if it holds. The digest of its inputs is computed here once more, from this
 * checkout: what a job wrote decides nothing that this job cannot see by itself, but for the number of its tests.
 */
function proofFromJob(
  work: Work,
  folder: string | undefined,
  { inputs, run, published }: Expected,
  fx: Effects,
): readonly Proof[] {
  const file = `${folder}/proof.json`;
  if (folder === undefined || !fx.files.exists(file)) return [];
  const refused = (reason: string): readonly Proof[] => {
    fx.warn(`The proof of ${work} is not kept: ${reason}`);
    return [];
  };
  try {
    const proof = parseJson(proofSchema, fx.files.read(file), file);
    const doubt = doubtOf(proof, work, inputs, Date.now());
    if (doubt !== undefined) return refused(doubt);
    if (proof.commit !== run.commit) return refused(`it is of the commit ${proof.commit}`);
    const other = Object.entries(proof.images).find(([app, digest]) => published[app as AppName] !== digest);
    return other === undefined ? [proof] : refused(`${other[0]} is published as another image`);
  } catch (cause) {
    if (cause instanceof UserError) return refused(cause.message);
    throw cause;
  }
}

/** The entries that have a value. */
const defined = <K extends string, T>(entries: Readonly<Partial<Record<K, T | undefined>>>): Record<K, T> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Record<K, T>;
