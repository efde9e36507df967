/** A fake of `fetch` that responds from a table and records the requests. */

import { vi } from "vitest";

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Milliseconds. Delays each response, so that a test that does not wait for it fails on every machine. */
const latency = 5;
const delay = async () => new Promise((resolve) => setTimeout(resolve, latency));

type FakeResponse = { readonly status?: number; readonly body?: unknown } | Error;

/** Maps `METHOD /path` to its responses, in order; the last one is repeated. Returns the recorded requests. */
export const serve = (table: Readonly<Record<string, readonly FakeResponse[]>>): RecordedRequest[] => {
  const requests: RecordedRequest[] = [];
  const responses: Readonly<Record<string, readonly FakeResponse[]>> = { "GET /api/session": [{ body: visitor }], ...table };
  const queues = new Map(Object.entries(responses).map(([key, queue]) => [key, [...queue]]));
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    const method = init?.method ?? "GET";
    const text = init?.body;
    const body: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
    requests.push({ method, url, body, headers: new Headers(init?.headers) });
    const queue = queues.get(`${method} ${url}`);
    const response = queue && queue.length > 1 ? queue.shift() : queue?.[0];
    await delay();
    if (response instanceof Error) throw response;
    if (response === undefined) return Response.json(errorBody("unknown_url"), { status: 404 });
    const { status = 200, body: data } = response;
    if (status === 204) return new Response(null, { status });
    if (typeof data === "string") return new Response(data, { status });
    return Response.json(data, { status });
  });
  return requests;
};

interface FieldErrorBody {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The body of an error response; its sentences name the code, so that tests can find them on the page. */
export const errorBody = (code: string, errors: readonly FieldErrorBody[] = []) => ({ code, title: titleOf(code), errors });

export const fieldError = (path: string, code: string): FieldErrorBody => ({ path, code, message: titleOf(code) });

/** The sentence that this fake sends for a code. */
export const titleOf = (code: string): string => `Sentence of ${code}.`;

/** The session of a visitor who may write, as in a demo. */
export const visitor = { user: null, mayWrite: true } as const;

export const token = { "GET /api/csrf": [{ body: { token: "t1" } }] } as const;
