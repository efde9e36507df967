/** The HTTP client of the JSON API. */

import * as v from "valibot";
import { basePath } from "../base.ts";

const FieldError = v.object({ path: v.string(), message: v.string() });
const ErrorBody = v.object({ title: v.string(), errors: v.array(FieldError) });
const Token = v.object({ token: v.string() });

/** An error in one field; `path` is dotted (`nodes.2.label`). */
export type FieldError = v.InferOutput<typeof FieldError>;

/** A failed request; `status` is 0 if there was no response at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[];

  constructor(status: number, title: string, errors: readonly FieldError[] = [], options?: ErrorOptions) {
    super(title, options);
    this.name = "ApiError";
    this.status = status;
    this.errors = errors;
  }

  /** Whether the server reported an error in this field. */
  hasError(path: string): boolean {
    return this.errors.some((error) => error.path === path);
  }

  /** The error message for this field. */
  messageFor(path: string): string | undefined {
    return this.errors.find((error) => error.path === path)?.message;
  }
}

type Schema<T> = v.GenericSchema<unknown, T>;

/** `GET api/<path>`; the response is validated against the schema. */
export const read = async <T>(path: string, schema: Schema<T>, signal?: AbortSignal): Promise<T> =>
  parse(schema, await request(path, { ...(signal && { signal }) }));

/** A write with the CSRF token; if the server rejects the token, retries once with a new one. */
export const write = async <T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  schema: Schema<T>,
  body?: unknown,
): Promise<T> => {
  const send = async (token: string): Promise<unknown> =>
    request(path, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  try {
    return parse(schema, await send(await csrfToken()));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403 && error.hasError("csrf"))) throw error;
    forgetToken();
    return parse(schema, await send(await csrfToken()));
  }
};

let token: string | undefined;

const csrfToken = async (): Promise<string> => {
  token ??= (await read("csrf", Token)).token;
  return token;
};

/** The `ApiError` that the promise rejects with, or undefined. Any other error is a bug and is rethrown. */
export const catchApiError = async (work: Promise<unknown>): Promise<ApiError | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
};

/** Makes the next write fetch a new token. */
export const forgetToken = (): void => {
  token = undefined;
};

const request = async (path: string, init: RequestInit): Promise<unknown> => {
  const headers = new Headers(init.headers);
  headers.set("Accept", "application/json");
  let response: Response;
  try {
    response = await fetch(`${basePath()}api/${path}`, { ...init, headers });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError(0, "The server can't be reached. Is the network up?", [], { cause });
  }
  const body = await readJson(response);
  if (response.ok) return body;
  const errorBody = v.safeParse(ErrorBody, body);
  if (errorBody.success) throw new ApiError(response.status, errorBody.output.title, errorBody.output.errors);
  throw new ApiError(response.status, statusMessage(response.status));
};

/** The parsed body; undefined if it is empty or not JSON, such as a proxy's error page. */
const readJson = async (response: Response): Promise<unknown> => {
  try {
    const body: unknown = await response.json();
    return body;
  } catch {
    return undefined;
  }
};

/** The message for a response that does not come from the application, but from a proxy, for example. */
const statusMessage = (status: number): string => {
  if (status === 413) return "This is too large to be saved.";
  if (status === 503) return "The database doesn't answer right now. Please try again in a moment.";
  return `The server could not do this (status ${status}).`;
};

const parse = <T>(schema: Schema<T>, body: unknown): T => {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  throw new ApiError(200, "The server's answer could not be understood. Please reload the page.");
};
