/** The digests of the images that a piece of work pulls. */
import { type Digest, isDigest } from "../../contract/digests.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { docker } from "../docker/docker.ts";
import { splitReference } from "../oci/owner.ts";
import { registryWithin } from "../oci/registry.ts";

const lookupsAtOnce = 4;
/** A registry that takes longer is not waited for: without a digest the work is done. */
const timeoutMs = 10_000;

/** Each image's digest, from the engine or else from its registry; undefined where neither has it. */
export async function imageDigests(
  references: readonly string[],
  fx: Effects,
): Promise<Readonly<Record<string, Digest | undefined>>> {
  const found = await pool(lookupsAtOnce, [...new Set(references)].toSorted(), async (reference) => {
    const { stdout } = await fx.tryRun(docker.imageDigest(reference));
    const digest = stdout.trim().split("@").at(-1);
    return [reference, isDigest(digest) ? digest : await fromRegistry(reference, fx)] as const;
  });
  return Object.fromEntries(found);
}

async function fromRegistry(reference: string, fx: Effects): Promise<Digest | undefined> {
  const { host, repository, tag } = splitReference(reference);
  const registry = registryWithin(timeoutMs, host, fx);
  try {
    return await registry.digest(repository, tag);
  } catch (cause) {
    fx.throwIfCancelled();
    const reason = cause instanceof Error ? cause.message : String(cause);
    fx.warn(`The digest of ${reference} cannot be determined, so nothing is proven with it: ${reason}`);
    return undefined;
  }
}
