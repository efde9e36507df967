/**
 * A client of the OCI distribution protocol: it hands images on without an engine between the bytes and the registry.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
import { type Digest, isDigest } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { disk } from "../core/files.ts";
import { pool } from "../core/pool.ts";
import {
  type Layout,
  type Manifest,
  type Platform,
  digestOf,
  manifestTypes,
  onlyOne,
  parseManifest,
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
  /** Points a tag at a manifest that the registry has. */
  tag(repository: string, digest: Digest, tag: string): Promise<void>;
  /**
   * The digest of the platform manifest that a tag or a digest names, recomputed from the bytes; undefined where there is
   * none. An index is followed to its one image, or to the one for the platform.
   */
  resolve(repository: string, reference: string, platform?: Platform): Promise<Digest | undefined>;
}

const uploadsAtOnce = 3;

/** A client whose requests, pauses and cancellation are those of the effects. */
export const registryOf = (host: string, fx: Effects, credentials?: Credentials): Registry =>
  registryClient(host, {
    fetch: fx.fetch,
    wait: (milliseconds) => fx.sleep(milliseconds),
    signal: fx.signal,
    files: fx.files,
    credentials,
  });

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
  const upload = (repository: string, { digest, size, path }: Layout["blobs"][number]): Promise<void> =>
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
      const done = await request(repository, { method: "PUT", url, headers, body: () => files.stream(path), size });
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
  const put = (
    repository: string,
    reference: string,
    digest: Digest,
    { mediaType, bytes }: Layout["manifest"],
  ): Promise<void> =>
    withRetries(`accept the manifest ${digest}`, async () => {
      const headers = { "content-type": mediaType };
      const response = await request(repository, {
        method: "PUT",
        url: manifestAt(repository, reference),
        headers,
        body: () => bytes,
      });
      if (response.status !== 201) throw unexpected(`accept the manifest ${digest} as ${reference}`, response);
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
    async push(repository, layout) {
      await pool(uploadsAtOnce, layout.blobs, (blob) => upload(repository, blob));
      await put(repository, layout.digest, layout.digest, layout.manifest);
      const held = await get(repository, layout.digest);
      if (held === undefined)
        throw new UserError(
          `${host} accepted ${layout.digest} for ${repository} but does not have it`,
          "Run this again",
        );
      return held.digest;
    },
    async tag(repository, digest, tag) {
      const held = await get(repository, digest);
      if (held === undefined)
        throw new UserError(`${host}/${repository} has no ${digest} to tag as ${tag}`, "Publish the image first");
      await put(repository, tag, digest, { mediaType: held.manifest.mediaType, bytes: held.bytes });
    },
    resolve,
  };
}

const tagPattern = /^\w[\w.-]{0,127}$/u;
