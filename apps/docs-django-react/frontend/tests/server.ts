/** A server that answers from a table, and remembers what it was asked. */

import { vi } from "vitest";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Milliseconds. As on a network an answer comes later: a test that doesn't wait for it is red on every machine. */
const trip = 5;
const oneTrip = async () => new Promise((resolve) => setTimeout(resolve, trip));

type Answer = { readonly status?: number; readonly body?: unknown } | Error;

/** Each `METHOD /path` has its answers; the last one is repeated. */
export const serve = (table: Readonly<Record<string, readonly Answer[]>>): Asked[] => {
  const asked: Asked[] = [];
  const answers: Readonly<Record<string, readonly Answer[]>> = { "GET /api/session": [{ body: visitor }], ...table };
  const left = new Map(Object.entries(answers).map(([key, those]) => [key, [...those]]));
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    const method = init?.method ?? "GET";
    const text = init?.body;
    const body: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
    asked.push({ method, url, body, headers: new Headers(init?.headers) });
    const those = left.get(`${method} ${url}`);
    const answer = those && those.length > 1 ? those.shift() : those?.[0];
    await oneTrip();
    if (answer instanceof Error) throw answer;
    if (answer === undefined) return Response.json(refusal("There is nothing at this address."), { status: 404 });
    const { status = 200, body: data } = answer;
    if (status === 204) return new Response(null, { status });
    if (typeof data === "string") return new Response(data, { status });
    return Response.json(data, { status });
  });
  return asked;
};

export const refusal = (title: string, errors: readonly { path: string; message: string }[] = []) => ({ title, errors });

/** Nobody is signed in; as in a demo, everybody may draw. */
export const visitor = { user: null, mayWrite: true } as const;

export const token = { "GET /api/csrf": [{ body: { token: "t1" } }] } as const;
