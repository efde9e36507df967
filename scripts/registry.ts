/**
 * The OCI distribution protocol, as far as handing on an image needs it: no engine between the bytes and the registry.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Digest, isDigest } from "./codecs.ts";
import { StageError } from "./effects.ts";
import { digestOf, manifestTypes, onlyOne, parseManifest } from "./oci-layout.ts";
import type { Layout, Manifest, Platform } from "./oci-layout.ts";

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

export interface RegistryOptions {
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  readonly fetch?: typeof fetch;
  /** How long, in milliseconds, is chosen here; how to wait is the caller's. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** Ends everything under way; its reason is what is thrown. */
  readonly signal?: AbortSignal;
  /** After how many milliseconds without an answer a try is given up; an upload has more by its size. */
  readonly patience?: number;
}

const tries = 5;
const uploadsAtOnce = 3;
const hops = 5;
/** A registry that asks for more than this many milliseconds is not waited for. */
const longestWait = 120_000;
/** Bytes a millisecond below which an upload is taken to be stuck. */
const slowest = 50;

/** Where an owner's images live: `wmd` is an account of Docker Hub, `127.0.0.1:5123/wmd` one elsewhere. Docker's own rule. */
export function splitOwner(owner: string): { readonly host: string; readonly account: string } {
  const [first = "", ...rest] = owner.split("/");
  const elsewhere = rest.length > 0 && /[.:]|^localhost$/u.test(first);
  const host = elsewhere && first !== "index.docker.io" ? first : "docker.io";
  const account = elsewhere ? rest.join("/") : owner;
  if (!repositoryPattern.test(account) || !hostPattern.test(host))
    throw new StageError(
      `${JSON.stringify(owner)} owns no images`,
      "name an account in lower case, with a registry before it or none: wmd, 127.0.0.1:5123/wmd",
    );
  return { host, account };
}

interface Request {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew each time that it is sent. */
  readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
  /** Of a body that is streamed, in bytes. */
  readonly size?: number;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Where it came from, after redirects. */
  readonly url: URL;
}

/** What may succeed when it is tried again, and after how many milliseconds at the earliest. */
class Transient extends Error {
  readonly after: number | undefined;
  constructor(message: string, after: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.after = after;
  }
}

export function registryClient(host: string, options: RegistryOptions = {}): Registry {
  const { base, call, persist } = connection(host, options);
  const at = (repository: string, path: string): URL => {
    if (!repositoryPattern.test(repository))
      throw new StageError(
        `${JSON.stringify(repository)} is no name of a repository`,
        "write it in lower case: account/image",
      );
    return new URL(`/v2/${repository}/${path}`, base);
  };
  const manifestAt = (repository: string, reference: string): URL => {
    if (!isDigest(reference) && !tagPattern.test(reference))
      throw new StageError(
        `${JSON.stringify(reference)} is neither a tag nor a digest`,
        "a tag has letters, digits, `_`, `.` and `-`, at most 128",
      );
    return at(repository, `manifests/${reference}`);
  };

  const source = (repository: string, reference: string) => ({
    name: `${host}/${repository} ${reference}`,
    remedy: "publish the image again",
  });

  const unexpected = (what: string, answer: Answer): StageError =>
    new StageError(`${host} would not ${what}: ${said(answer)}`, "the answer says why; nothing was tagged");

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
      const done = await call(repository, { method: "PUT", url, headers, body: () => bytesOf(path), size });
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
          throw new StageError(
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
      throw new StageError(
        `${host}/${repository} lacks ${image.digest}, which ${reference} points at`,
        "publish the image again",
      );
    return digest;
  };

  return {
    host,
    async push(repository, layout) {
      await inParallel(uploadsAtOnce, layout.blobs, (blob) => place(repository, blob));
      await put(repository, layout.digest, layout.digest, layout.manifest);
      const held = await get(repository, layout.digest);
      if (held === undefined)
        throw new StageError(`${host} took ${layout.digest} for ${repository} and does not have it`, "run this again");
      return held.digest;
    },
    async tag(repository, digest, tag) {
      const held = await get(repository, digest);
      if (held === undefined)
        throw new StageError(`${host}/${repository} has no ${digest} to tag as ${tag}`, "publish the image first");
      await put(repository, tag, digest, { mediaType: held.manifest.mediaType, bytes: held.bytes });
    },
    resolve,
  };
}

interface Connection {
  readonly base: URL;
  /** One try, redirected and logged in as the registry asks for. Throws Transient where another may succeed. */
  call(repository: string, request: Request): Promise<Answer>;
  /** Tries what is safe to repeat, a bounded number of times. */
  persist<T>(what: string, work: () => Promise<T>): Promise<T>;
}

function connection(host: string, options: RegistryOptions): Connection {
  const { credentials, fetch: send = fetch, signal, patience = 60_000 } = options;
  const wait =
    options.wait ?? ((milliseconds) => sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined));
  const base = new URL(
    `${isLoopback(host) ? "http" : "https"}://${host === "docker.io" ? "registry-1.docker.io" : host}`,
  );
  const basic =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  /** What proves who we are, by repository: a token is for one, and ends after some minutes. */
  const logins = new Map<string, Promise<string>>();

  async function once(
    { method, headers, body, size }: Request,
    url: URL,
    authorization: string | undefined,
  ): Promise<Answer> {
    signal?.throwIfAborted();
    const streamed = size !== undefined;
    const limit = AbortSignal.timeout(patience + Math.ceil((size ?? 0) / slowest));
    try {
      const response = await send(url, {
        method,
        // Node's fetch keeps a copy of what it streams, for a redirect, unless redirects are errors: all of a layer, in memory.
        redirect: streamed ? "error" : "manual",
        headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(body ? ({ body: body() as BodyInit, duplex: "half" } as RequestInit) : {}),
      });
      return {
        status: response.status,
        headers: response.headers,
        bytes: new Uint8Array(await response.arrayBuffer()),
        url,
      };
    } catch (cause) {
      signal?.throwIfAborted();
      if (streamed && reason(cause) === "unexpected redirect")
        throw new StageError(
          `${host} redirects the bytes of an upload`,
          "name the registry by the host that takes them",
          {
            cause,
          },
        );
      throw new Transient(`${method} ${url.origin}${url.pathname}: ${reason(cause)}`, undefined, { cause });
    }
  }

  /** One try, with its redirects. Only the origin that the authorization is for ever sees it. */
  async function exchange(
    request: Request,
    authorization: { readonly origin: string; readonly value: string | undefined },
  ): Promise<Answer> {
    let url = request.url;
    for (let hop = 0; hop <= hops; hop++) {
      if (url.protocol !== "https:" && !(base.protocol === "http:" && isLoopback(url.host)))
        throw new StageError(
          `${host} leads to ${url.origin}, which is not encrypted`,
          "let the registry name itself with https",
        );
      const answer = await once(request, url, url.origin === authorization.origin ? authorization.value : undefined);
      if (answer.status === 429 || answer.status >= 500)
        throw new Transient(
          `${request.method} ${url.origin}${url.pathname}: ${said(answer)}`,
          retryAfter(answer.headers),
        );
      const location = redirected(request.method, answer);
      if (location === undefined) return answer;
      url = new URL(location, url);
    }
    throw new StageError(
      `${host} redirects ${request.url.pathname} more than ${hops} times`,
      "look at the registry's configuration",
    );
  }

  async function call(repository: string, request: Request): Promise<Answer> {
    const held = logins.get(repository);
    let answer = await exchange(request, { origin: base.origin, value: await held });
    const ours = () => answer.url.origin === base.origin;
    if (answer.status === 401 && ours()) {
      // Of several requests that were refused together, one logs in for all.
      if (logins.get(repository) === held) logins.set(repository, login(repository, answer));
      const current = logins.get(repository);
      current?.catch(() => logins.get(repository) === current && logins.delete(repository));
      answer = await exchange(request, { origin: base.origin, value: await current });
    }
    // 403 without a login is no question of one: a proxy, or a rule of the registry's.
    if (ours() && (answer.status === 401 || (answer.status === 403 && credentials))) throw refused(repository, answer);
    return answer;
  }

  /** https://distribution.github.io/distribution/spec/auth/token/ */
  async function login(repository: string, challenged: Answer): Promise<string> {
    const challenge = challenged.headers.get("www-authenticate") ?? "";
    const bearer = /\bbearer\s(?<fields>.*)/isu.exec(challenge)?.groups?.["fields"];
    if (bearer === undefined) {
      if (basic && /\bbasic\b/iu.test(challenge)) return basic;
      throw refused(repository, challenged);
    }
    const { realm, service } = Object.fromEntries(
      [...bearer.matchAll(/(\w+)="([^"]*)"/gu)].map(([, name, value]) => [name, value]),
    );
    if (realm === undefined || !URL.canParse(realm))
      throw new StageError(`${host} asks for a login but does not say where`, "look at the registry's configuration");
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${repository}:${basic ? "pull,push" : "pull"}`);
    const answer = await exchange({ method: "GET", url }, { origin: url.origin, value: basic });
    if (answer.status === 401 || answer.status === 403) throw refused(repository, answer);
    const { token, access_token: accessToken } = object(answer.bytes);
    const given = token ?? accessToken;
    // What does not fit into a header would be printed by the error about it.
    if (answer.status !== 200 || typeof given !== "string" || !/^[\w.~+/=-]+$/u.test(given))
      throw new StageError(
        `${url.origin} gave no token for ${host}: ${answer.status}`,
        "try again; if it stays so, see the status page of the registry",
      );
    return `Bearer ${given}`;
  }

  const refused = (repository: string, answer: Answer): StageError => {
    const whose = `${repository}, of the account ${repository.split("/")[0]}`;
    return credentials
      ? new StageError(
          `${host} refused the login for ${whose}: ${said(answer)}`,
          "set DOCKER_HUB_USERNAME to who may write there, and DOCKER_HUB_ACCESS_TOKEN to their token with read and write permission",
        )
      : new StageError(
          `${host} wants a login for ${whose}, or has no such repository: ${said(answer)}`,
          "set DOCKER_HUB_USERNAME and DOCKER_HUB_ACCESS_TOKEN",
        );
  };

  async function persist<T>(what: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (cause) {
        if (!(cause instanceof Transient)) throw cause;
        const pause = Math.max(cause.after ?? 0, 500 * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
        if (pause > longestWait)
          throw new StageError(
            `${host} asks to be left alone for ${Math.ceil(pause / 1000)} s: ${cause.message}`,
            "run this again after that time",
            { cause },
          );
        if (attempt === tries)
          throw new StageError(
            `${host} failed ${tries} times to ${what}: ${cause.message}`,
            "see that the registry is up and can be reached, then run this again: what it has is not uploaded twice",
            { cause },
          );
        await wait(pause);
        signal?.throwIfAborted();
      }
    }
  }

  return { base, call, persist };
}

const hostPattern = /^(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?$/iu;
const repositoryPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/u;
const tagPattern = /^\w[\w.-]{0,127}$/u;

/** Plain http is for this machine only. */
export function isLoopback(host: string): boolean {
  const { hostname } = new URL(`http://${host}`);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/u.test(hostname);
}

/** A file is opened when its bytes are asked for, not before: a request that never starts leaves nothing open. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
}

/** Where to go instead; a request that writes is repeated only where the status says that it may be. */
function redirected(method: Request["method"], { status, headers }: Answer): string | undefined {
  const follows = method === "GET" || method === "HEAD" ? [301, 302, 303, 307, 308] : [307, 308];
  return follows.includes(status) ? (headers.get("location") ?? undefined) : undefined;
}

/** Seconds or a date, in milliseconds from now. */
function retryAfter(headers: Headers): number | undefined {
  const written = headers.get("retry-after");
  if (written === null) return undefined;
  const milliseconds = /^\d+$/u.test(written) ? Number(written) * 1000 : Date.parse(written) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function object(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {}; // A proxy's page, not the registry: its status says enough.
  }
}

/** The status, and the registry's own words for it, or those of what stands between. */
function said({ status, headers, bytes }: Answer): string {
  const errors = object(bytes)["errors"];
  const texts = (Array.isArray(errors) ? errors : []).map(({ code, message }: { code?: string; message?: string }) =>
    [code, message].filter(Boolean).join(": "),
  );
  if (texts.length === 0 && headers.get("content-type")?.startsWith("text/plain"))
    texts.push(Buffer.from(bytes).toString().trim());
  return [status, ...texts].join(" ").slice(0, 300);
}

/** `fetch failed` says nothing; its cause does. */
const reason = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? reason(cause.cause) : cause.message || cause.name;
};

/** What is under way when one fails comes to its end, and nothing new begins. */
async function inParallel<T>(atOnce: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  const stopping = async () => worker().finally(() => queue.splice(0));
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, stopping));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
}
