/**
 * A small document in a registry: an artifact with one layer and an empty configuration. Pure.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
 */
import type { Digest } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import { type Descriptor, type Layout, type Manifest, digestOf } from "./layout.ts";

export interface Artifact {
  readonly digest: Digest;
  readonly manifest: Layout["manifest"];
  readonly blobs: readonly { readonly digest: Digest; readonly size: number; readonly bytes: Uint8Array }[];
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const emptyType = "application/vnd.oci.empty.v1+json";

/** A document that is larger is not read: nothing of ours is. */
export const MAX_DOCUMENT_BYTES = 4_000_000;

/** @param type the media type of the document */
export function artifactOf(type: string, document: Uint8Array): Artifact {
  const [empty, layer] = [blobOf(Buffer.from("{}")), blobOf(document)];
  const descriptor = (mediaType: string, { digest, size }: Artifact["blobs"][number]) => ({ mediaType, digest, size });
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: type,
      config: descriptor(emptyType, empty),
      layers: [descriptor(type, layer)],
    }),
  );
  return { digest: digestOf(bytes), manifest: { mediaType: manifestType, bytes }, blobs: [empty, layer] };
}

const blobOf = (bytes: Uint8Array) => ({ digest: digestOf(bytes), size: bytes.length, bytes });

/**
 * The layer that holds the document.
 * @param name the artifact, for the error about it
 * @throws UserError when the manifest is of no artifact of this type
 */
export function documentLayer(manifest: Manifest, type: string, name: string): Descriptor {
  const [layer, ...others] = manifest.kind === "image" ? manifest.layers : [];
  if (layer?.mediaType !== type || others.length > 0)
    throw new UserError(
      `${name} is of the type ${layer?.mediaType ?? manifest.mediaType}, not ${type}`,
      "Another program wrote it: use another repository for one of the two",
    );
  if (layer.size > MAX_DOCUMENT_BYTES)
    throw new UserError(`${name} has ${layer.size} bytes; at most ${MAX_DOCUMENT_BYTES} are read`, "Delete the tag");
  return layer;
}
