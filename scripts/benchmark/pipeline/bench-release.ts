/** The release document that a run on GitHub would have published: the plan compares the next commit with it. */
import { appNames } from "../../../apps/catalog.ts";
import type { Digest } from "../../../contract/digests.ts";
import { type Work, works } from "../../../contract/proof.ts";
import { nextRelease, printRelease, releaseMediaType, releaseRepository } from "../../../contract/release-document.ts";
import type { Environment } from "../../../contract/inputs.ts";
import type { Effects } from "../../core/effects.ts";
import { splitOwner } from "../../oci/owner.ts";
import { registryOf } from "../../oci/registry.ts";
import type { PipelineResult } from "../../pipeline/pipeline.ts";
import { currentInputs } from "../../proofs/current-inputs.ts";
import { findProof } from "../../proofs/proof-folder.ts";
import { applicationInputs, integrationInputs } from "../../proofs/work-inputs.ts";

const repository = "bench/bench";
const actor = "bench";

/** GitHub's environment of a push of a commit to `main`, in the run after the release. */
export const pushOf = (commit: string): Environment => ({
  GITHUB_ACTIONS: "true",
  GITHUB_ACTOR: actor,
  GITHUB_EVENT_NAME: "push",
  GITHUB_REF: "refs/heads/main",
  GITHUB_REPOSITORY: repository,
  GITHUB_RUN_NUMBER: "2",
  GITHUB_SHA: commit,
});

/** @param fx whose commands run in the clone and reach the engine */
export async function publishRelease(
  { owner, commit }: { readonly owner: string; readonly commit: string },
  { tag, published }: Pick<PipelineResult, "tag" | "published">,
  fx: Effects,
): Promise<void> {
  const current = currentInputs(fx);
  const inputs = new Map<Work, Digest | undefined>();
  for (const app of appNames) inputs.set(app, await current.digestOf(applicationInputs(app, fx.files.read)));
  inputs.set("integration", await current.digestOf(integrationInputs(published, fx.files.read)));
  const document = nextRelease(
    undefined,
    {
      repository,
      owner,
      tag,
      commit,
      run: { workflow: "", number: 1 },
      actor,
      at: new Date().toISOString(),
      images: Object.fromEntries(
        appNames.flatMap((app) => {
          const digest = published[app];
          return digest === undefined ? [] : [[app, { digest, inputs: inputs.get(app) }]];
        }),
      ),
      integration: inputs.get("integration"),
      bases: {},
    },
    works.flatMap((work) => findProof(work, inputs.get(work), Date.now(), fx) ?? []),
  );
  const { host, account } = splitOwner(owner);
  const registry = registryOf(host, fx);
  const place = `${account}/${releaseRepository}`;
  const digest = await registry.pushDocument(place, releaseMediaType, Buffer.from(printRelease(document)));
  await registry.tag(place, digest, "latest");
}
