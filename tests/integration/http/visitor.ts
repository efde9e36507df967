/** An HTTP client that plays a user of one endpoint: it keeps cookies, and sends the headers that a browser sends with a form. */
import assert from "node:assert/strict";
import { type Cookie, cookiesOf } from "./cookies.ts";
import { type Endpoint, isInside, urlAt } from "./endpoints.ts";
import { type HttpResponse, type RequestOptions, formPost, redirectTarget, request } from "./request.ts";

export interface Visitor {
  readonly endpoint: Endpoint;
  /** Every cookie that was set so far. */
  readonly cookies: () => readonly Cookie[];
  readonly get: (path: string) => Promise<HttpResponse>;
  /** Follows a redirect, and fails when it leads out of the application. */
  readonly follow: (response: HttpResponse) => Promise<HttpResponse>;
  readonly postForm: (path: string, fields: Readonly<Record<string, string>>) => Promise<HttpResponse>;
  readonly postJson: (path: string, data: unknown, headers?: Readonly<Record<string, string>>) => Promise<HttpResponse>;
}

export function createVisitor(endpoint: Endpoint): Visitor {
  const jar = new Map<string, Cookie>();
  const send = async (url: string, options: RequestOptions = {}): Promise<HttpResponse> => {
    const cookie = [...jar.values()].map(({ name, value }) => `${name}=${value}`).join("; ");
    const response = await request(url, { ...options, headers: { ...(cookie && { cookie }), ...options.headers } });
    for (const received of cookiesOf(response)) jar.set(received.name, received);
    return response;
  };
  const post = async (path: string, options: RequestOptions): Promise<HttpResponse> => {
    const url = urlAt(endpoint, path);
    const page = { origin: endpoint.origin, referer: url, "sec-fetch-site": "same-origin" };
    return send(url, { method: "POST", ...options, headers: { ...page, ...options.headers } });
  };
  return {
    endpoint,
    cookies: () => [...jar.values()],
    get: async (path) => send(urlAt(endpoint, path)),
    follow: async (response) => {
      const next = redirectTarget(response);
      assert(isInside(endpoint, next), `${response.url} redirects to ${next}, which is outside of ${endpoint.name}`);
      return send(next);
    },
    postForm: async (path, fields) => post(path, formPost(fields)),
    postJson: async (path, data, headers) =>
      post(path, { body: JSON.stringify(data), headers: { "content-type": "application/json", ...headers } }),
  };
}
