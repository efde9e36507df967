/** The one place that talks to the server. */

import * as v from "valibot";
import { basePath } from "../base.ts";

const Fault = v.object({ path: v.string(), message: v.string() });
const Refusal = v.object({ title: v.string(), errors: v.array(Fault) });
const Token = v.object({ token: v.string() });

/** One thing that is wrong; `path` is dotted (`nodes.2.label`). */
export type Fault = v.InferOutput<typeof Fault>;

/** An answer that is no result; `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly faults: readonly Fault[];

  constructor(status: number, title: string, faults: readonly Fault[] = [], options?: ErrorOptions) {
    super(title, options);
    this.name = "ApiError";
    this.status = status;
    this.faults = faults;
  }

  /** Whether the server names this field as wrong. */
  names(path: string): boolean {
    return this.faults.some((fault) => fault.path === path);
  }

  /** What the server says about this field. */
  about(path: string): string | undefined {
    return this.faults.find((fault) => fault.path === path)?.message;
  }
}

type Schema<T> = v.GenericSchema<unknown, T>;

/** `GET api/<path>`, checked against its schema. */
export const read = async <T>(path: string, schema: Schema<T>, signal?: AbortSignal): Promise<T> =>
  parse(schema, await ask(path, { ...(signal && { signal }) }));

/** A write; it gets the security token it needs, and a new one when the server forgot the old. */
export const write = async <T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  schema: Schema<T>,
  body?: unknown,
): Promise<T> => {
  const send = async (token: string): Promise<unknown> =>
    ask(path, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  try {
    return parse(schema, await send(await csrfToken()));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403 && error.names("csrf"))) throw error;
    forgetToken();
    return parse(schema, await send(await csrfToken()));
  }
};

let token: string | undefined;

const csrfToken = async (): Promise<string> => {
  token ??= (await read("csrf", Token)).token;
  return token;
};

/** Why the server did not do it; undefined when it did. Anything else is a fault of ours, and thrown. */
export const failureOf = async (work: Promise<unknown>): Promise<ApiError | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
};

/** The next write asks for a token again. */
export const forgetToken = (): void => {
  token = undefined;
};

const ask = async (path: string, init: RequestInit): Promise<unknown> => {
  const headers = new Headers(init.headers);
  headers.set("Accept", "application/json");
  let response: Response;
  try {
    response = await fetch(`${basePath()}api/${path}`, { ...init, headers });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError(0, "The server can't be reached. Is the network up?", [], { cause });
  }
  const body = await json(response);
  if (response.ok) return body;
  const refusal = v.safeParse(Refusal, body);
  if (refusal.success) throw new ApiError(response.status, refusal.output.title, refusal.output.errors);
  throw new ApiError(response.status, plainly(response.status));
};

/** The body, undefined when there is none or it is not JSON (a proxy's error page, say). */
const json = async (response: Response): Promise<unknown> => {
  try {
    const body: unknown = await response.json();
    return body;
  } catch {
    return undefined;
  }
};

/** What to say when the answer is not the application's own, but a proxy's, say. */
const plainly = (status: number): string => {
  if (status === 413) return "This is too large to be saved.";
  if (status === 503) return "The database doesn't answer right now. Please try again in a moment.";
  return `The server could not do this (status ${status}).`;
};

const parse = <T>(schema: Schema<T>, body: unknown): T => {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  throw new ApiError(200, "The server's answer could not be understood. Please reload the page.");
};
