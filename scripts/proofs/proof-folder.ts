/** The proofs of one clone: a file each, named by the work and the digest of its inputs. */
import * as v from "valibot";
import type { Digest } from "../../contract/digests.ts";
import { parseJson } from "../../contract/json.ts";
import { type Proof, type Work, doubtOf, proofSchema } from "../../contract/proof.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";

export const proofFolder = ".pipeline/proven";

const fileOf = (work: Work, inputs: Digest): string => `${proofFolder}/${work}-${inputs.replace(":", "-")}.json`;

/**
 * @param inputs undefined where it cannot be determined
 * @param now milliseconds since 1970
 * @returns undefined where there is no proof, or one that is not believed, for which a warning gives the reason
 */
export function findProof(work: Work, inputs: Digest | undefined, now: number, fx: Effects): Proof | undefined {
  if (inputs === undefined) return undefined;
  const file = fileOf(work, inputs);
  if (!fx.files.exists(file)) return undefined;
  try {
    const proof = parseJson(proofSchema, fx.files.read(file), file);
    const doubt = doubtOf(proof, work, inputs, now);
    if (doubt === undefined) return proof;
    fx.warn(`${file} is not believed (${doubt}): the work is done again`);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    fx.warn(`${cause.message}: the work is done again`);
  }
  return undefined;
}

/** Older proofs are not compared with the present work. */
const MAX_COMPARED = 10;

/** The newest proofs of some work; records that are not believed are left out. */
export const proofsOf = (work: Work, now: number, fx: Effects): readonly Proof[] =>
  fx.files
    .list(proofFolder)
    .filter((name) => name.startsWith(`${work}-`) && name.endsWith(".json"))
    .flatMap((name) => {
      const { success, output } = v.safeParse(
        v.pipe(v.string(), v.parseJson(), proofSchema),
        fx.files.read(`${proofFolder}/${name}`),
      );
      return success && doubtOf(output, work, output.inputs, now) === undefined ? [output] : [];
    })
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))
    .slice(0, MAX_COMPARED);

/** Keeps a proof; where that fails, for example on a full disk, nothing is kept and a warning says so. */
export function keepProof(proof: Proof, fx: Effects): void {
  const file = fileOf(proof.work, proof.inputs);
  try {
    fx.files.replace(file, `${JSON.stringify(proof, undefined, 2)}\n`);
  } catch (cause) {
    fx.warn(`${file} was not written: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
