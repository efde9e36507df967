/** HTTP requests to one registry: redirects, logins and retries. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../contract/user-error.ts";
import type { Files } from "../core/files.ts";
import { isLoopback } from "../core/loopback.ts";
import { type Credentials, loginError, pastedCredentials, registryLogin } from "./registry-login.ts";
import {
  type Authorization,
  type RegistryRequest,
  type RegistryResponse,
  describeResponse,
} from "./registry-messages.ts";

export interface RegistryOptions {
  readonly credentials?: Credentials | undefined;
  readonly fetch?: typeof fetch;
  /** The file system that holds the layouts. */
  readonly files?: Files;
  /** Waits before a retry; the length in milliseconds is chosen here. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** Aborts all requests; its reason is what is thrown. */
  readonly signal?: AbortSignal;
  /** After how many milliseconds without a response a request is given up; an upload has more, by its size. */
  readonly timeoutMs?: number;
}

const MAX_ATTEMPTS = 5;
const MAX_REDIRECTS = 5;
/** A registry that asks for a longer pause is not waited for. */
const MAX_PAUSE_MS = 120_000;
const MIN_PAUSE_MS = 500;
/** An upload that is slower, in bytes a millisecond, counts as stuck. */
const MIN_UPLOAD_RATE = 50;

/** A failure that may not happen again, and after how many milliseconds at the earliest to try. */
export class TransientError extends Error {
  readonly afterMs: number | undefined;
  constructor(message: string, afterMs: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}

export interface RegistryHttp {
  readonly base: URL;
  /**
   * One attempt, redirected and logged in as the registry asks.
   * @throws TransientError where another attempt may succeed
   */
  request(repository: string, request: RegistryRequest): Promise<RegistryResponse>;
  /** Repeats work that throws TransientError, up to five attempts. */
  withRetries<T>(what: string, work: () => Promise<T>): Promise<T>;
}

export function registryHttp(host: string, options: RegistryOptions): RegistryHttp {
  const { fetch: sendRequest = fetch, signal, timeoutMs = 60_000 } = options;
  const credentials = options.credentials && pastedCredentials(options.credentials);
  const wait =
    options.wait ?? ((milliseconds) => sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined));
  // Plain http is for this machine only.
  const base = new URL(
    `${isLoopback(host) ? "http" : "https"}://${host === "docker.io" ? "registry-1.docker.io" : host}`,
  );
  /** A token is for one repository, and expires after some minutes. */
  const logins = new Map<string, Promise<string>>();

  async function send(
    { method, headers, body, size }: RegistryRequest,
    url: URL,
    authorization: string | undefined,
  ): Promise<RegistryResponse> {
    signal?.throwIfAborted();
    const streamed = size !== undefined;
    const timeout = AbortSignal.timeout(timeoutMs + Math.ceil((size ?? 0) / MIN_UPLOAD_RATE));
    try {
      const response = await sendRequest(url, {
        method,
        // Node's fetch keeps a copy of a streamed body for a redirect, so a whole layer in memory, unless redirects are errors.
        redirect: streamed ? "error" : "manual",
        headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(body ? ({ body: body() as BodyInit, duplex: "half" } as RequestInit) : {}),
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes, url };
    } catch (cause) {
      signal?.throwIfAborted();
      if (streamed && reasonOf(cause) === "unexpected redirect")
        throw new UserError(
          `${host} redirects the bytes of an upload`,
          "Name the registry by the host that accepts uploads",
          { cause },
        );
      throw new TransientError(`${method} ${url.origin}${url.pathname}: ${reasonOf(cause)}`, undefined, { cause });
    }
  }

  /** One attempt with its redirects; only the origin of the authorization ever sees it. */
  async function followRedirects(request: RegistryRequest, authorization: Authorization): Promise<RegistryResponse> {
    let { url } = request;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      if (url.protocol !== "https:" && !(base.protocol === "http:" && isLoopback(url.host)))
        throw new UserError(
          `${host} leads to ${url.origin}, which is not encrypted`,
          "Configure the registry to give its own address with https",
        );
      const response = await send(request, url, url.origin === authorization.origin ? authorization.value : undefined);
      if (response.status === 429 || response.status >= 500)
        throw new TransientError(
          `${request.method} ${url.origin}${url.pathname}: ${describeResponse(response)}`,
          retryAfterMs(response.headers),
        );
      const location = redirectOf(request.method, response);
      if (location === undefined) return response;
      url = new URL(location, url);
    }
    throw new UserError(
      `${host} redirects ${request.url.pathname} more than ${MAX_REDIRECTS} times`,
      "Check the registry's configuration",
    );
  }

  async function request(repository: string, one: RegistryRequest): Promise<RegistryResponse> {
    const known = logins.get(repository);
    let response = await followRedirects(one, { origin: base.origin, value: await known });
    const fromRegistry = () => response.url.origin === base.origin;
    if (response.status === 401 && fromRegistry()) {
      // Of several requests that are refused at the same time, one logs in for all.
      if (logins.get(repository) === known)
        logins.set(repository, registryLogin({ host, repository, credentials }, response, followRedirects));
      const current = logins.get(repository);
      current?.catch(() => logins.get(repository) === current && logins.delete(repository));
      response = await followRedirects(one, { origin: base.origin, value: await current });
    }
    const refused = response.status === 401 || (response.status === 403 && credentials !== undefined);
    if (fromRegistry() && refused) throw loginError({ host, repository, credentials }, response);
    return response;
  }

  async function withRetries<T>(what: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (cause) {
        if (!(cause instanceof TransientError)) throw cause;
        const backoffMs = MIN_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
        const pauseMs = Math.max(cause.afterMs ?? 0, backoffMs);
        if (pauseMs > MAX_PAUSE_MS)
          throw new UserError(
            `${host} asks for a pause of ${Math.ceil(pauseMs / 1000)} s: ${cause.message}`,
            "Run this again after that time",
            { cause },
          );
        if (attempt === MAX_ATTEMPTS)
          throw new UserError(
            `${host} failed ${MAX_ATTEMPTS} times to ${what}: ${cause.message}`,
            "Check that the registry is up and reachable, then run this again: layers that it has are not uploaded twice",
            { cause },
          );
        await wait(pauseMs);
        signal?.throwIfAborted();
      }
    }
  }

  return { base, request, withRetries };
}

/** The location to follow; a request that writes is only repeated where the status allows it. */
function redirectOf(method: RegistryRequest["method"], { status, headers }: RegistryResponse): string | undefined {
  const followed = method === "GET" || method === "HEAD" ? [301, 302, 303, 307, 308] : [307, 308];
  return followed.includes(status) ? (headers.get("location") ?? undefined) : undefined;
}

/** `Retry-After` holds seconds or a date. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const milliseconds = /^\d+$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

/** The message of `fetch failed` says nothing; that of its cause does. */
const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? reasonOf(cause.cause) : cause.message || cause.name;
};
