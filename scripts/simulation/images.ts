/** Images of a simulated engine, as OCI layouts that pass every check of a real one. Pure but for the files it is given. */
import { gzipSync } from "node:zlib";
import type { Files } from "../core/files.ts";
import { digestOf } from "../oci/layout.ts";

const imageType = "application/vnd.oci.image.manifest.v1+json";
const layer = "application/vnd.oci.image.layer.v1.tar+gzip";

/** An archive without files: a layer of the application's own is unpacked and looked into. */
const emptyArchive = gzipSync(Buffer.alloc(1024));
const baseLayer = gzipSync(Buffer.from("the layer of the base image"));

/**
 * @param name tells images apart: another name gives another digest; the base image has none
 * @param changed parts of the configuration that are not as they should be
 */
export function writeLayout(
  folder: string,
  name: string | undefined,
  files: Files,
  changed: object = {},
  architecture = "amd64",
): void {
  const blob = (bytes: Uint8Array, mediaType: string) => {
    const digest = digestOf(bytes);
    files.write(`${folder}/blobs/${digest.replace(":", "/")}`, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const json = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));
  const layers = [baseLayer, ...(name === undefined ? [] : [emptyArchive])].map((bytes) => blob(bytes, layer));
  const config = blob(
    json({
      os: "linux",
      architecture,
      config: {
        User: "10001:10001",
        Healthcheck: { Test: ["CMD", "python"] },
        Labels: name === undefined ? {} : { name },
        ...changed,
      },
    }),
    "application/vnd.oci.image.config.v1+json",
  );
  const manifest = blob(json({ schemaVersion: 2, mediaType: imageType, config, layers }), imageType);
  files.write(`${folder}/oci-layout`, json({ imageLayoutVersion: "1.0.0" }));
  files.write(
    `${folder}/index.json`,
    json({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [manifest] }),
  );
}
