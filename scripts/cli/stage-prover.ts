import { artifactPath } from "../../contract/codecs.ts";
import type { Work } from "../../contract/proof.ts";
import type { Effects } from "../core/effects.ts";
import { readSourceTree } from "../core/source-tree.ts";
import { workTree } from "../core/work-tree.ts";
import { workSummary } from "../reports/work-table.ts";
import { type Prover, artifactProofs, localProofs, proverOf } from "../proofs/prover.ts";

/** A stage that is called by itself does its work. On GitHub its proof is handed on to the job that publishes. */
async function stageProver(work: Work, fx: Effects): Promise<Prover> {
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

/** Runs a stage that proves some work, and adds what it did to the summary of the job. */
export async function proving<T>(work: Work, fx: Effects, stage: (prover: Prover) => Promise<T>): Promise<T> {
  const prover = await stageProver(work, fx);
  const outputs = await stage(prover);
  await fx.summary(workSummary(prover.done));
  return outputs;
}
