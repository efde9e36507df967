/** The HTTP client of the JSON API. */

import * as v from "valibot";
import { basePath } from "../base.ts";
import { type ClientErrorCode, clientErrorText } from "./client-errors.ts";

const FieldError = v.object({ path: v.string(), code: v.string(), message: v.string() });
const ErrorBody = v.object({ code: v.string(), title: v.string(), errors: v.array(FieldError) });
const Token = v.object({ token: v.string() });

/** An error in one field; `path` is dotted (`nodes.2.label`). */
export type FieldError = v.InferOutput<typeof FieldError>;

/**
 * A failed request; `status` is 0 if there was no response at all. `code` is a `ClientErrorCode`, or a code of the
 * server (`workbench/messages.py`).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];

  constructor(status: number, code: string, title: string, errors: readonly FieldError[] = [], options?: ErrorOptions) {
    super(title, options);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
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
    if (!(error instanceof ApiError && error.code === "csrf_failed")) throw error;
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
    throw clientError(0, "unreachable", { cause });
  }
  const body = await readJson(response);
  if (response.ok) return body;
  const errorBody = v.safeParse(ErrorBody, body);
  if (!errorBody.success) throw clientError(response.status, codeOf(response.status));
  const { code, title, errors } = errorBody.output;
  throw new ApiError(response.status, code, title, errors);
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

/** The code for a response without a body of the API; it comes from a proxy, for example. */
const codeOf = (status: number): ClientErrorCode => {
  if (status === 413) return "data_too_large";
  return status === 503 ? "unavailable" : "failed";
};

const clientError = (status: number, code: ClientErrorCode, options?: ErrorOptions): ApiError =>
  new ApiError(status, code, clientErrorText(code, status), [], options);

const parse = <T>(schema: Schema<T>, body: unknown): T => {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  throw clientError(200, "invalid_response");
};
