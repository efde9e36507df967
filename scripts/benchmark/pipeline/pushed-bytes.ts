/** What a registry holds of the images of an account, and what a push added to it. */
import { catalog } from "../../../apps/catalog.ts";
import { UserError } from "../../../contract/user-error.ts";
import type { Effects } from "../../core/effects.ts";
import { digestOf, manifestTypes, parseManifest } from "../../oci/layout.ts";
import { splitOwner } from "../../oci/owner.ts";

/** Sizes in bytes, by `repository@digest`: each repository of a registry receives its own blobs. */
export type Blobs = ReadonlyMap<string, number>;

export interface Push {
  /** Bytes that the registry did not have before. */
  readonly added: number;
  /** Bytes of all images. */
  readonly all: number;
}

/** Pure. */
export function pushBetween(before: Blobs, after: Blobs): Push {
  const sizeOf = (blobs: Iterable<readonly [string, number]>): number =>
    [...blobs].reduce((sum, [, size]) => sum + size, 0);
  return { added: sizeOf([...after].filter(([key]) => !before.has(key))), all: sizeOf(after) };
}

/**
 * The manifests, configurations and layers that the tag `latest` of each application's image leads to.
 * @param owner of a registry on loopback, such as `127.0.0.1:49153/ours`
 */
export async function publishedBlobs(owner: string, fx: Effects): Promise<Blobs> {
  const { host, account } = splitOwner(owner);
  const blobs = new Map<string, number>();
  const visit = async (repository: string, reference: string): Promise<void> => {
    const bytes = await manifestAt(`http://${host}/v2/${repository}/manifests/${reference}`, fx);
    if (bytes === undefined) return;
    blobs.set(`${repository}@${digestOf(bytes)}`, bytes.length);
    const source = { name: `${host}/${repository} ${reference}`, remedy: "publish the image again" };
    const manifest = parseManifest(bytes, source);
    if (manifest.kind === "index") {
      for (const { digest } of manifest.manifests) await visit(repository, digest);
      return;
    }
    for (const { digest, size } of [manifest.config, ...manifest.layers]) blobs.set(`${repository}@${digest}`, size);
  };
  for (const { image } of Object.values(catalog)) await visit(`${account}/${image}`, "latest");
  return blobs;
}

async function manifestAt(url: string, fx: Effects): Promise<Uint8Array | undefined> {
  const response = await fx.fetch(url, { signal: fx.signal, headers: { accept: manifestTypes.join(", ") } });
  if (response.status === 404) return undefined;
  if (!response.ok)
    throw new UserError(`${url} answered with status ${response.status}`, "Read the log of the registry's container");
  return new Uint8Array(await response.arrayBuffer());
}
