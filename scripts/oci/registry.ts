/**
 * The OCI distribution protocol, as far as handing on an image needs it: no engine between the bytes and the registry.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
import { type Digest, isDigest } from "../../contract/digests.ts";
import { repositoryPattern } from "./owner.ts";
import { UserError } from "../../contract/user-error.ts";
import {
  type Layout,
  type Manifest,
  type Platform,
  digestOf,
  manifestTypes,
  onlyOne,
  parseManifest,
} from "./layout.ts";
import type { Effects } from "../core/effects.ts";
import { disk } from "../core/files.ts";
import { pool } from "../core/pool.ts";
import { type Answer, type RegistryOptions, Transient, connection, said } from "./registry-http.ts";

export interface Registry {
  /** `127.0.0.1:5123`, `docker.io`. */
  readonly host: string;
  /** Uploads what is missing, then the manifest by digest; gives the digest of the bytes that the registry gives back. No tag moves. */
  push(repository: string, layout: Layout): Promise<Digest>;
  /** Points a tag at a manifest that is there. */
  tag(repository: string, digest: Digest, tag: string): Promise<void>;
  /**
   * The platform manifest's digest behind a tag or a digest, recomputed from the bytes; undefined when there is none.
   * An index is followed to its one image, or to the one for the platform.
   */
  resolve(repository: string, reference: string, platform?: Platform): Promise<Digest | undefined>;
}

const uploadsAtOnce = 3;

/** A client whose requests, pauses and cancellation are those of the effects. */
export const registryOf = (host: string, fx: Effects, credentials?: RegistryOptions["credentials"]): Registry =>
  registryClient(host, {
    fetch: fx.fetch,
    wait: (milliseconds) => fx.sleep(milliseconds),
    signal: fx.signal,
    files: fx.files,
    credentials,
  });

export function registryClient(host: string, options: RegistryOptions = {}): Registry {
  const { files = disk } = options;
  const { base, call, persist } = connection(host, options);
  const at = (repository: string, path: string): URL => {
    if (!repositoryPattern.test(repository))
      throw new UserError(
        `${JSON.stringify(repository)} is no name of a repository`,
        "write it in lower case: account/image",
      );
    return new URL(`/v2/${repository}/${path}`, base);
  };
  const manifestAt = (repository: string, reference: string): URL => {
    if (!isDigest(reference) && !tagPattern.test(reference))
      throw new UserError(
        `${JSON.stringify(reference)} is neither a tag nor a digest`,
        "a tag has letters, digits, `_`, `.` and `-`, at most 128",
      );
    return at(repository, `manifests/${reference}`);
  };

  const source = (repository: string, reference: string) => ({
    name: `${host}/${repository} ${reference}`,
    remedy: "publish the image again",
  });

  const unexpected = (what: string, answer: Answer): UserError =>
    new UserError(`${host} would not ${what}: ${said(answer)}`, "the answer says why; nothing was tagged");

  /** An upload that broke begins again from its start: registries differ in what they keep of it. */
  const place = (repository: string, { digest, size, path }: Layout["blobs"][number]): Promise<void> =>
    persist(`take ${digest}`, async () => {
      const there = await call(repository, { method: "HEAD", url: at(repository, `blobs/${digest}`) });
      if (there.status === 200) return;
      const begun = await call(repository, { method: "POST", url: at(repository, "blobs/uploads/") });
      const location = begun.headers.get("location");
      if (begun.status !== 202 || location === null) throw unexpected(`begin to take ${digest}`, begun);
      const url = new URL(location, begun.url);
      // Added as text: what the registry signed stays as it wrote it.
      url.search += `${url.search ? "&" : "?"}digest=${digest}`;
      const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
      const done = await call(repository, { method: "PUT", url, headers, body: () => files.stream(path), size });
      if (done.status === 404) throw new Transient(`the upload of ${digest} was forgotten: ${said(done)}`, undefined);
      if (done.status !== 201) throw unexpected(`take ${digest}`, done);
    });

  const get = (repository: string, reference: string) =>
    persist(`give ${repository} ${reference}`, async () => {
      const answer = await call(repository, {
        method: "GET",
        url: manifestAt(repository, reference),
        headers: { accept: manifestTypes.join(", ") },
      });
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw unexpected(`give ${repository} ${reference}`, answer);
      const digest = digestOf(answer.bytes);
      for (const promised of [reference, answer.headers.get("docker-content-digest")])
        if (isDigest(promised) && promised !== digest)
          throw new UserError(
            `${host} gave ${digest} for ${promised} of ${repository}`,
            "do not deploy from this registry until it is known why",
          );
      const type = answer.headers.get("content-type")?.split(";")[0]?.trim();
      const manifest: Manifest = parseManifest(answer.bytes, source(repository, reference), type);
      return { digest, bytes: answer.bytes, manifest };
    });
  const put = (
    repository: string,
    reference: string,
    digest: Digest,
    { mediaType, bytes }: Layout["manifest"],
  ): Promise<void> =>
    persist(`take the manifest ${digest}`, async () => {
      const headers = { "content-type": mediaType };
      const answer = await call(repository, {
        method: "PUT",
        url: manifestAt(repository, reference),
        headers,
        body: () => bytes,
      });
      if (answer.status !== 201) throw unexpected(`take the manifest ${digest} as ${reference}`, answer);
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
        "publish the image again",
      );
    return digest;
  };

  return {
    host,
    async push(repository, layout) {
      await pool(uploadsAtOnce, layout.blobs, (blob) => place(repository, blob));
      await put(repository, layout.digest, layout.digest, layout.manifest);
      const held = await get(repository, layout.digest);
      if (held === undefined)
        throw new UserError(`${host} took ${layout.digest} for ${repository} and does not have it`, "run this again");
      return held.digest;
    },
    async tag(repository, digest, tag) {
      const held = await get(repository, digest);
      if (held === undefined)
        throw new UserError(`${host}/${repository} has no ${digest} to tag as ${tag}`, "publish the image first");
      await put(repository, tag, digest, { mediaType: held.manifest.mediaType, bytes: held.bytes });
    },
    resolve,
  };
}

const tagPattern = /^\w[\w.-]{0,127}$/u;
