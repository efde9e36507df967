/**
 * A client of the OCI distribution protocol: it hands images on without an engine between the bytes and the registry.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
import { type Digest, isDigest } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { disk } from "../core/files.ts";
import { pool } from "../core/pool.ts";
import { artifactOf, documentLayer } from "./artifact.ts";
import {
  type Descriptor,
  type Layout,
  type Manifest,
  type Platform,
  digestOf,
  manifestTypes,
  onlyOne,
  parseManifest,
  platformIn,
} from "./layout.ts";
import { repositoryPattern } from "./owner.ts";
import { type RegistryOptions, TransientError, registryHttp } from "./registry-http.ts";
import type { Credentials } from "./registry-login.ts";
import { type RegistryResponse, describeResponse } from "./registry-messages.ts";

export interface Registry {
  /** `127.0.0.1:5123`, `docker.io`. */
  readonly host: string;
  /** Uploads the missing blobs, then the manifest by digest. No tag moves. Returns the digest of the manifest that the registry returns. */
  push(repository: string, layout: Layout): Promise<Digest>;
  /** Uploads a small document as an artifact of its own type. No tag moves. Returns the digest of its manifest. */
  pushDocument(repository: string, type: string, document: Uint8Array): Promise<Digest>;
  /** The document that a tag or a digest names; undefined where there is none. @throws UserError when it is of another type */
  document(repository: string, reference: string, type: string): Promise<Document | undefined>;
  /** Points a tag at a manifest that the registry has. A tag that does so already is not written. */
  tag(repository: string, digest: Digest, tag: string): Promise<void>;
  /**
   * The digest of the platform manifest that a tag or a digest names, recomputed from the bytes; undefined where there is
   * none. An index is followed to its one image, or to the one for the platform.
   */
  resolve(repository: string, reference: string, platform?: Platform): Promise<Digest | undefined>;
  /** The digest of what a tag names, an index or an image; undefined where there is none. */
  digest(repository: string, reference: string): Promise<Digest | undefined>;
  /** The platforms of the images that a tag or a digest names; none where there is no image. */
  platforms(repository: string, reference: string): Promise<readonly Platform[]>;
}

export interface Document {
  readonly bytes: Uint8Array;
  /** The digest of the manifest. */
  readonly digest: Digest;
}

/** Bytes that can be sent again. */
interface Blob {
  readonly digest: Digest;
  readonly size: number;
  readonly open: () => Uint8Array | AsyncIterable<Uint8Array>;
}

/** The codes of a registry that does not have a blob of a manifest, or does not have it yet. */
const missingBlob = /\b(?:MANIFEST_)?BLOB_UNKNOWN\b/u;

const uploadsAtOnce = 3;

/** A client whose requests, pauses and cancellation are those of the effects. */
export const registryOf = (host: string, fx: Effects, credentials?: Credentials, signal = fx.signal): Registry =>
  registryClient(host, {
    fetch: fx.fetch,
    wait: (milliseconds) => fx.sleep(milliseconds),
    signal,
    files: fx.files,
    credentials,
  });

/** A client without a login, for what can be done without: a registry that takes longer is not waited for. */
export const registryWithin = (milliseconds: number, host: string, fx: Effects): Registry =>
  registryOf(host, fx, undefined, AbortSignal.any([fx.signal, AbortSignal.timeout(milliseconds)]));

export function registryClient(host: string, options: RegistryOptions = {}): Registry {
  const { files = disk } = options;
  const { base, request, withRetries } = registryHttp(host, options);
  const at = (repository: string, path: string): URL => {
    if (!repositoryPattern.test(repository))
      throw new UserError(
        `${JSON.stringify(repository)} is not a valid repository`,
        "Write it in lower case: account/image",
      );
    return new URL(`/v2/${repository}/${path}`, base);
  };
  const manifestAt = (repository: string, reference: string): URL => {
    if (!isDigest(reference) && !tagPattern.test(reference))
      throw new UserError(
        `${JSON.stringify(reference)} is neither a tag nor a digest`,
        "A tag has at most 128 letters, digits, `_`, `.` and `-`",
      );
    return at(repository, `manifests/${reference}`);
  };

  const source = (repository: string, reference: string) => ({
    name: `${host}/${repository} ${reference}`,
    remedy: "Publish the image again",
  });

  const unexpected = (what: string, response: RegistryResponse): UserError =>
    new UserError(
      `${host} did not ${what}: ${describeResponse(response)}`,
      "Its response says why; nothing was tagged",
    );

  /** An upload that fails starts again from its first byte: registries differ in what they keep of it. */
  const upload = (repository: string, { digest, size, open }: Blob): Promise<void> =>
    withRetries(`accept ${digest}`, async () => {
      const existing = await request(repository, { method: "HEAD", url: at(repository, `blobs/${digest}`) });
      if (existing.status === 200) return;
      const started = await request(repository, { method: "POST", url: at(repository, "blobs/uploads/") });
      const location = started.headers.get("location");
      if (started.status !== 202 || location === null) throw unexpected(`start an upload of ${digest}`, started);
      const url = new URL(location, started.url);
      // Appended as text: the registry may have signed its part of the query as it is written.
      url.search += `${url.search ? "&" : "?"}digest=${digest}`;
      const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
      const done = await request(repository, { method: "PUT", url, headers, body: open, size });
      if (done.status === 404)
        throw new TransientError(`the upload of ${digest} was dropped: ${describeResponse(done)}`, undefined);
      if (done.status !== 201) throw unexpected(`accept ${digest}`, done);
    });

  const get = (repository: string, reference: string) =>
    withRetries(`return ${repository} ${reference}`, async () => {
      const response = await request(repository, {
        method: "GET",
        url: manifestAt(repository, reference),
        headers: { accept: manifestTypes.join(", ") },
      });
      if (response.status === 404) return undefined;
      if (response.status !== 200) throw unexpected(`return ${repository} ${reference}`, response);
      const digest = digestOf(response.bytes);
      for (const promised of [reference, response.headers.get("docker-content-digest")])
        if (isDigest(promised) && promised !== digest)
          throw new UserError(
            `${host} returned ${digest} for ${promised} of ${repository}`,
            "Do not deploy from this registry until the reason is known",
          );
      const type = response.headers.get("content-type")?.split(";")[0]?.trim();
      const manifest: Manifest = parseManifest(response.bytes, source(repository, reference), type);
      return { digest, bytes: response.bytes, manifest };
    });

  /** One attempt. */
  async function put(repository: string, reference: string, { mediaType, bytes }: Layout["manifest"]): Promise<void> {
    const response = await request(repository, {
      method: "PUT",
      url: manifestAt(repository, reference),
      headers: { "content-type": mediaType },
      body: () => bytes,
    });
    if (response.status === 201) return;
    const failure = unexpected(`accept a manifest as ${reference}`, response);
    throw missingBlob.test(failure.message) ? new TransientError(failure.message, undefined) : failure;
  }

  /** Uploads what is missing, then the manifest. Where the registry lost a blob meanwhile, both are done again. */
  async function push(
    repository: string,
    digest: Digest,
    manifest: Layout["manifest"],
    blobs: readonly Blob[],
  ): Promise<Digest> {
    await withRetries(`accept the manifest ${digest}`, async () => {
      await pool(uploadsAtOnce, blobs, (blob) => upload(repository, blob));
      await put(repository, digest, manifest);
    });
    return (await getPushed(repository, digest)).digest;
  }

  /** A manifest that was put: registries that keep copies may not find it at once. */
  const getPushed = (repository: string, digest: Digest) =>
    withRetries(`return ${digest}`, async () => {
      const held = await get(repository, digest);
      if (held === undefined) throw new TransientError(`${host}/${repository} has no ${digest}`, undefined);
      return held;
    });

  const blob = (repository: string, { digest, size }: Descriptor): Promise<Uint8Array> =>
    withRetries(`return ${digest}`, async () => {
      const response = await request(repository, { method: "GET", url: at(repository, `blobs/${digest}`) });
      if (response.status !== 200) throw unexpected(`return ${digest}`, response);
      if (response.bytes.length !== size || digestOf(response.bytes) !== digest)
        throw new TransientError(`${response.bytes.length} bytes are not the ${size} of ${digest}`, undefined);
      return response.bytes;
    });

  const resolve: Registry["resolve"] = async (repository, reference, platform) => {
    const held = await get(repository, reference);
    if (held?.manifest.kind !== "index") return held?.digest;
    const images = held.manifest.manifests.filter(({ attestation }) => !attestation);
    const image = onlyOne(images, (one) => one.platform, source(repository, reference), platform);
    const digest = await resolve(repository, image.digest, platform);
    if (digest === undefined)
      throw new UserError(
        `${host}/${repository} lacks ${image.digest}, which ${reference} points at`,
        "Publish the image again",
      );
    return digest;
  };

  return {
    host,
    push: (repository, { digest, manifest, blobs }) =>
      push(
        repository,
        digest,
        manifest,
        blobs.map((one) => ({ ...one, open: () => files.stream(one.path) })),
      ),
    async pushDocument(repository, type, document) {
      const { digest, manifest, blobs } = artifactOf(type, document);
      return push(
        repository,
        digest,
        manifest,
        blobs.map((one) => ({ ...one, open: () => one.bytes })),
      );
    },
    async document(repository, reference, type) {
      const held = await get(repository, reference);
      if (held === undefined) return undefined;
      const layer = documentLayer(held.manifest, type, `${host}/${repository} ${reference}`);
      return { bytes: await blob(repository, layer), digest: held.digest };
    },
    async tag(repository, digest, tag) {
      const before = await get(repository, tag);
      if (before?.digest === digest) return;
      const { manifest, bytes } = await getPushed(repository, digest);
      try {
        await withRetries(`accept the tag ${tag}`, () =>
          put(repository, tag, { mediaType: manifest.mediaType, bytes }),
        );
      } catch (cause) {
        if (before === undefined || !(cause instanceof UserError)) throw cause;
        throw new UserError(
          `The tag ${tag} of ${host}/${repository} names ${before.digest} and was not moved to ${digest}: ${cause.message}`,
          `If the tags of the repository are immutable, allow ${tag} to move. ${cause.remedy}`,
          { cause },
        );
      }
    },
    async platforms(repository, reference) {
      const held = await get(repository, reference);
      if (held?.manifest.kind === "index")
        return held.manifest.manifests.flatMap(({ attestation, platform }) =>
          attestation || platform === undefined ? [] : [platform],
        );
      return held === undefined ? [] : [platformIn(await blob(repository, held.manifest.config))];
    },
    resolve,
    digest: async (repository, reference) => (await get(repository, reference))?.digest,
  };
}

const tagPattern = /^\w[\w.-]{0,127}$/u;
