/**
 * One registry over HTTP: redirects, logins, and what is tried again.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Files } from "../core/files.ts";
import { UserError } from "../../contract/user-error.ts";

export interface RegistryOptions {
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
  readonly fetch?: typeof fetch;
  /** Where the layouts lie. */
  readonly files?: Files;
  /** How long, in milliseconds, is chosen here; how to wait is the caller's. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** Ends everything under way; its reason is what is thrown. */
  readonly signal?: AbortSignal;
  /** After how many milliseconds without an answer a try is given up; an upload has more by its size. */
  readonly timeoutMs?: number;
}

const tries = 5;
const hops = 5;
/** A registry that asks for more than this many milliseconds is not waited for. */
const longestWait = 120_000;
/** Bytes a millisecond below which an upload is taken to be stuck. */
const slowest = 50;

export interface Request {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew each time that it is sent. */
  readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
  /** Of a body that is streamed, in bytes. */
  readonly size?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Where it came from, after redirects. */
  readonly url: URL;
}

/** What may succeed when it is tried again, and after how many milliseconds at the earliest. */
export class Transient extends Error {
  readonly after: number | undefined;
  constructor(message: string, after: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.after = after;
  }
}

export interface Connection {
  readonly base: URL;
  /** One try, redirected and logged in as the registry asks for. Throws Transient where another may succeed. */
  call(repository: string, request: Request): Promise<Answer>;
  /** Tries what is safe to repeat, a bounded number of times. */
  persist<T>(what: string, work: () => Promise<T>): Promise<T>;
}

export function connection(host: string, options: RegistryOptions): Connection {
  const { credentials, fetch: send = fetch, signal, timeoutMs = 60_000 } = options;
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
    const limit = AbortSignal.timeout(timeoutMs + Math.ceil((size ?? 0) / slowest));
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
        throw new UserError(
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
        throw new UserError(
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
    throw new UserError(
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
      throw new UserError(`${host} asks for a login but does not say where`, "look at the registry's configuration");
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${repository}:${basic ? "pull,push" : "pull"}`);
    const answer = await exchange({ method: "GET", url }, { origin: url.origin, value: basic });
    if (answer.status === 401 || answer.status === 403) throw refused(repository, answer);
    const { token, access_token: accessToken } = object(answer.bytes);
    const given = token ?? accessToken;
    // What does not fit into a header would be printed by the error about it.
    if (answer.status !== 200 || typeof given !== "string" || !/^[\w.~+/=-]+$/u.test(given))
      throw new UserError(
        `${url.origin} gave no token for ${host}: ${answer.status}`,
        "try again; if it stays so, see the status page of the registry",
      );
    return `Bearer ${given}`;
  }

  const refused = (repository: string, answer: Answer): UserError => {
    const whose = `${repository}, of the account ${repository.split("/")[0]}`;
    return credentials
      ? new UserError(
          `${host} refused the login for ${whose}: ${said(answer)}`,
          "set DOCKER_HUB_USERNAME to who may write there, and DOCKER_HUB_ACCESS_TOKEN to their token with read and write permission",
        )
      : new UserError(
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
          throw new UserError(
            `${host} asks to be left alone for ${Math.ceil(pause / 1000)} s: ${cause.message}`,
            "run this again after that time",
            { cause },
          );
        if (attempt === tries)
          throw new UserError(
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

/** Plain http is for this machine only. */
export function isLoopback(host: string): boolean {
  const { hostname } = new URL(`http://${host}`);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/u.test(hostname);
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
export function said({ status, headers, bytes }: Answer): string {
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
