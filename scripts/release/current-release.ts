/** The release that is current: the document under `latest` in the registry. */
import { type Previous, parseRelease, releaseMediaType, releaseRepository } from "../../contract/release-document.ts";
import type { Run } from "../../contract/run.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { git } from "../core/git.ts";
import { splitOwner } from "../oci/owner.ts";
import { type Registry, registryWithin } from "../oci/registry.ts";
import { isSuperseded } from "../../contract/release-document.ts";

/** A release that can be believed, or the reason why there is none. */
export type Found =
  | { readonly current: Previous; readonly doubt?: never }
  | { readonly current?: never; readonly doubt: string };

const timeoutMs = 30_000;

/**
 * Reads the current release without a login. Whatever prevents that is a doubt, and never an error: a registry that does
 * not answer, a private repository, a document that is not believed.
 * @param owner the account of the images, which may be empty
 */
export async function findRelease(owner: string, run: Run, fx: Effects): Promise<Found> {
  if (owner === "") return { doubt: "DOCKER_USERNAME is not set, so there is no release to compare with" };
  try {
    return await readRelease(registryWithin(timeoutMs, splitOwner(owner).host, fx), owner, run);
  } catch (cause) {
    fx.throwIfCancelled();
    return { doubt: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** @throws UserError when the registry cannot be read */
export async function readRelease(registry: Registry, owner: string, { repository }: Run): Promise<Found> {
  const place = `${splitOwner(owner).account}/${releaseRepository}`;
  const document = await registry.document(place, "latest", releaseMediaType);
  if (document === undefined) return { doubt: `${registry.host}/${place} has no release yet` };
  try {
    const text = Buffer.from(document.bytes).toString();
    return { current: { release: parseRelease(text, { repository, owner }, Date.now()), digest: document.digest } };
  } catch (cause) {
    if (cause instanceof UserError) return { doubt: cause.message };
    throw cause;
  }
}

/** The sentence about a newer release that a run must not replace; undefined where the run is the newest. */
export async function supersededBy({ current }: Found, run: Run, fx: Effects): Promise<string | undefined> {
  if (current === undefined) return undefined;
  const { release } = current;
  const { code } = await fx.tryRun(git.isAncestor(run.commit, release.commit));
  // Git ends with 1 where it is none, and with more where it does not know the commits.
  if (!isSuperseded(run, release, code > 1 ? undefined : code === 0)) return undefined;
  return `Release ${release.run.number} (${release.tag}) is newer than run ${run.number} (${run.commit.slice(0, 12)})`;
}
