/**
 * An image as a folder of files named by their digests, read back and verified before it goes anywhere.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import type { Files } from "../core/files.ts";
import { type Digest, isDigest } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import { objectOf } from "./registry-messages.ts";

export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

export interface Layout {
  readonly folder: string;
  /** The platform manifest's digest: the image's identity, recomputed from the bytes. */
  readonly digest: Digest;
  readonly manifest: { readonly mediaType: string; readonly bytes: Uint8Array };
  /** Configuration and layers, each once. */
  readonly blobs: readonly { readonly digest: Digest; readonly size: number; readonly path: string }[];
  /** Compressed bytes of the layers. */
  readonly size: number;
  readonly configuration: {
    readonly platform: Platform;
    readonly labels: Readonly<Record<string, string>>;
    readonly env: Readonly<Record<string, string>>;
    readonly user: string;
    /** `CMD`, `CMD-SHELL` or `NONE`, then its words; empty where there is none. */
    readonly healthCheck: readonly string[];
    /** Every instruction, those of the base included, as the builder recorded it. */
    readonly history: readonly string[];
    /** From the base upwards; `createdBy` is the instruction that made it, or empty. */
    readonly layers: readonly { readonly digest: Digest; readonly size: number; readonly createdBy: string }[];
  };
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  /** Not of an attestation, whose platform is unknown/unknown. */
  readonly platform: Platform | undefined;
  readonly attestation: boolean;
}

export type Manifest =
  | { readonly kind: "index"; readonly mediaType: string; readonly manifests: readonly Descriptor[] }
  | {
      readonly kind: "image";
      readonly mediaType: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    };

/** The origin of some bytes, for the error about them. */
export interface Source {
  readonly name: string;
  readonly remedy: string;
}

const sealed = (hash: Hash): Digest => `sha256:${hash.digest("hex")}` as Digest;

export const digestOf = (bytes: Uint8Array): Digest => sealed(createHash("sha256").update(bytes));

export const platformName = ({ os, architecture }: Platform): string => `${os}/${architecture}`;

const indexTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const imageTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
/** Everything that `parseManifest` reads. */
export const manifestTypes: readonly string[] = [...imageTypes, ...indexTypes];

/**
 * Reads a layout and recomputes every digest; attestations are not the image.
 * @throws UserError that names the layout and its fault
 */
export async function readLayout(folder: string, files: Files, platform?: Platform): Promise<Layout> {
  const source = { name: `the OCI layout ${folder}`, remedy: "delete the folder and build the image again" };
  const read = (file: string): Uint8Array => orMissing(source, file, () => files.bytes(join(folder, file)));
  const version = record(json(read("oci-layout"), source, "oci-layout"))["imageLayoutVersion"];
  if (version !== "1.0.0") throw fault(source, `has the version ${JSON.stringify(version)}, not 1.0.0`);

  const images: Found[] = [];
  const visit = async (descriptor: Descriptor): Promise<void> => {
    await verify(folder, descriptor, source, files);
    const bytes = read(blobPath(descriptor.digest));
    const manifest = parseManifest(bytes, source, descriptor.mediaType);
    if (manifest.kind === "index") return visitAll(manifest.manifests);
    const blobs = unique([manifest.config, ...manifest.layers]);
    await Promise.all(blobs.map((blob) => verify(folder, blob, source, files)));
    if (descriptor.attestation) return;
    const config = record(json(read(blobPath(manifest.config.digest)), source, "the configuration"));
    const [named, real] = [descriptor.platform, platformOf(config)];
    if (named && platformName(named) !== platformName(real))
      throw fault(
        source,
        `calls ${descriptor.digest} ${platformName(named)}, but it was built for ${platformName(real)}`,
      );
    images.push({ digest: descriptor.digest, bytes, manifest, config });
  };
  const visitAll = async (descriptors: readonly Descriptor[]): Promise<void> => {
    for (const descriptor of unique(descriptors)) await visit(descriptor);
  };
  const index = parseManifest(read("index.json"), source, indexTypes[0]);
  if (index.kind === "index") await visitAll(index.manifests);

  const { digest, bytes, manifest, config } = onlyOne(images, (image) => platformOf(image.config), source, platform);
  return {
    folder,
    digest,
    manifest: { mediaType: manifest.mediaType, bytes },
    blobs: unique([manifest.config, ...manifest.layers]).map((blob) => ({
      digest: blob.digest,
      size: blob.size,
      path: join(folder, blobPath(blob.digest)),
    })),
    size: unique(manifest.layers).reduce((sum, layer) => sum + layer.size, 0),
    configuration: configuration(config, manifest.layers),
  };
}

/** Parses an index or an image manifest. @throws UserError when it is neither, or not of the expected type */
export function parseManifest(bytes: Uint8Array, source: Source, type?: string): Manifest {
  const parsed = record(json(bytes, source, "a manifest"));
  const mediaType = String(parsed["mediaType"] ?? type);
  if (type !== undefined && mediaType !== type)
    throw fault(source, `has a manifest of type ${mediaType}, announced as ${type}`);
  const descriptors = (value: unknown) => list(value).map((one) => descriptor(one, source));
  if (indexTypes.includes(mediaType) && Array.isArray(parsed["manifests"]))
    return { kind: "index", mediaType, manifests: descriptors(parsed["manifests"]) };
  if (imageTypes.includes(mediaType) && Array.isArray(parsed["layers"]))
    return {
      kind: "image",
      mediaType,
      config: descriptor(parsed["config"], source),
      layers: descriptors(parsed["layers"]),
    };
  throw fault(source, `has something of type ${mediaType} that is no image manifest`);
}

/** The one image among several; with a platform, the one for it. */
export function onlyOne<T>(
  images: readonly T[],
  of: (image: T) => Platform | undefined,
  source: Source,
  platform?: Platform,
): T {
  const name = (image: T) => platformName(of(image) ?? unknownPlatform);
  const fitting = platform ? images.filter((image) => name(image) === platformName(platform)) : images;
  const [image, ...others] = fitting;
  if (image === undefined)
    throw fault(
      source,
      `has no image${platform ? ` for ${platformName(platform)}` : ""}; it has ${images.map(name).join(", ") || "none at all"}`,
    );
  if (others.length > 0) throw fault(source, `has several images: ${fitting.map(name).join(", ")}`);
  return image;
}

interface Found {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly manifest: Extract<Manifest, { kind: "image" }>;
  readonly config: Json;
}

type Json = Readonly<Record<string, unknown>>;
const unknownPlatform: Platform = { os: "unknown", architecture: "unknown" };

const record = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const fault = (source: Source, what: string, cause?: unknown) =>
  new UserError(`${source.name} ${what}`, source.remedy, { cause });
const blobPath = (digest: Digest): string => join("blobs", ...digest.split(":"));
const unique = (blobs: readonly Descriptor[]): readonly Descriptor[] => [
  ...new Map(blobs.map((blob) => [blob.digest, blob])).values(),
];

function orMissing<T>(source: Source, file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw fault(source, `lacks ${file}`, cause);
  }
}

function json(bytes: Uint8Array, source: Source, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (cause) {
    throw fault(source, `has something for ${what} that is not JSON`, cause);
  }
}

function descriptor(value: unknown, source: Source): Descriptor {
  const { mediaType, digest, size, platform, annotations } = record(value);
  if (!isDigest(digest)) throw fault(source, `points at ${JSON.stringify(digest)}, which is no sha256 digest`);
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    throw fault(source, `gives ${digest} the size ${JSON.stringify(size)}`);
  const known = platform === undefined ? undefined : platformOf(record(platform));
  const nowhere = known !== undefined && platformName(known) === platformName(unknownPlatform);
  const attestation = nowhere || record(annotations)["vnd.docker.reference.type"] === "attestation-manifest";
  return { mediaType: String(mediaType), digest, size, platform: nowhere ? undefined : known, attestation };
}

/** Compares the size first: a truncated blob is reported as such, and no oversized file is read. */
async function verify(folder: string, { digest, size }: Descriptor, source: Source, files: Files): Promise<void> {
  const file = blobPath(digest);
  const actual = orMissing(source, file, () => files.size(join(folder, file)));
  if (actual !== size) throw fault(source, `has ${actual} bytes of ${digest}, which has ${size}`);
  const hash = createHash("sha256");
  for await (const chunk of files.stream(join(folder, file))) hash.update(chunk);
  const found = sealed(hash);
  if (found !== digest) throw fault(source, `has other bytes under ${digest}: they are ${found}`);
}

/** The platform that the configuration of an image names. */
export const platformIn = (config: Uint8Array): Platform => platformOf(objectOf(config));

const platformOf = (config: Json): Platform => ({
  os: String(config["os"]),
  architecture: String(config["architecture"]),
});

function configuration(config: Json, layers: readonly Descriptor[]): Layout["configuration"] {
  const { Env, Labels, User, Healthcheck } = record(config["config"]);
  const steps = list(config["history"]).map(record);
  const made = steps.filter((step) => step["empty_layer"] !== true);
  const variables = list(Env)
    .map(String)
    .map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")] as const;
    });
  return {
    platform: platformOf(config),
    labels: Object.fromEntries(Object.entries(record(Labels)).map(([name, value]) => [name, String(value)])),
    env: Object.fromEntries(variables),
    user: String(User ?? ""),
    healthCheck: list(record(Healthcheck)["Test"]).map(String),
    history: steps.map((step) => String(step["created_by"] ?? "")),
    layers: layers.map(({ digest, size }, at) => ({
      digest,
      size,
      // Some builders omit the history, or it does not match the layers: then it is not used.
      createdBy: made.length === layers.length ? String(made[at]?.["created_by"] ?? "") : "",
    })),
  };
}
