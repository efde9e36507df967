import { artifactPath } from "../../contract/codecs.ts";
import type { Work } from "../../contract/proof.ts";
import type { Effects } from "../core/effects.ts";
import { readSourceTree } from "../core/source-tree.ts";
import { workTree } from "../core/work-tree.ts";
import { type Prover, artifactProofs, localProofs, proverOf } from "../proofs/prover.ts";

/** A stage that is called by itself does its work. On GitHub its proof is handed on to the job that publishes. */
export async function stageProver(work: Work, fx: Effects): Promise<Prover> {
  const { env } = fx;
  if (env["GITHUB_ACTIONS"] === "true")
    return proverOf(
      artifactProofs(artifactPath("proofs", work), fx),
      { commit: env["GITHUB_SHA"], run: env["GITHUB_RUN_NUMBER"] },
      fx,
    );
  const { commit } = await workTree(await readSourceTree(fx), fx);
  return proverOf(localProofs({ believe: false }, fx), { commit }, fx);
}
