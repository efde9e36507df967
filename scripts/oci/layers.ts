/** The files that an image adds to its base, layer by layer. */
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import type { Digest } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Files } from "../core/files.ts";
import type { Layout } from "./layout.ts";

export interface LayerFile {
  /** From the image's root, without a leading slash. Files that a later layer removes are included. */
  readonly path: string;
  /** One character a byte; the target of a link. */
  readonly text: string;
}

export interface OwnLayer {
  readonly digest: Digest;
  readonly createdBy: string;
  readonly files: readonly LayerFile[];
}

export interface Contents {
  readonly configuration: Layout["configuration"];
  /** The base's own configuration: its publisher is responsible for that. */
  readonly base: Layout["configuration"];
  readonly layers: readonly OwnLayer[];
}

/** @throws UserError when the image does not begin with every layer of the base */
export async function readContents(image: Layout, base: Layout, files: Files): Promise<Contents> {
  const [layers, below] = [image.configuration.layers, base.configuration.layers];
  if (below.some(({ digest }, at) => layers[at]?.digest !== digest))
    throw new UserError(
      `The image in ${image.folder} does not begin with the layers of its base`,
      "Look at the first FROM of its Dockerfile, and at `images` in contract/base-images.ts; when the base has just been updated, build once more",
    );
  const own = layers.slice(below.length).map(async ({ digest, createdBy }) => {
    const path = image.blobs.find((blob) => blob.digest === digest)?.path ?? "";
    return { digest, createdBy, files: await filesOf(path, image, files) };
  });
  return { configuration: image.configuration, base: base.configuration, layers: await Promise.all(own) };
}

async function filesOf(blob: string, { folder }: Layout, files: Files): Promise<readonly LayerFile[]> {
  try {
    const entries = await unpackTar(gunzipSync(files.bytes(blob)));
    return entries
      .filter(({ header }) => header.type !== "directory")
      .map(({ header, data }) => ({
        path: header.name.replace(/^(?:\.?\/)+/u, ""),
        text: data === undefined ? (header.linkname ?? "") : Buffer.from(data).toString("latin1"),
      }));
  } catch (cause) {
    throw new UserError(
      `A layer in ${folder} cannot be read: ${blob}`,
      "Build the image again: its layers must be tar files packed by gzip",
      {
        cause,
      },
    );
  }
}
