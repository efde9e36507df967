/** HTTP without a client library's conveniences: any header may be set, also `Host`, and no redirect is followed. */
import assert from "node:assert/strict";
import * as http from "node:http";

const timeoutMs = 30_000;

export interface HttpResponse {
  readonly url: string;
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
}

/** The connection ended within a response: its sender was killed, and no proxy can continue what another has begun. */
export class CutResponse extends Error {
  override readonly name = "CutResponse";
}

/** Opens a connection for each request, so that the proxy chooses a replica each time. Rejects when there is no response. */
export const request = async (url: string, options: RequestOptions = {}): Promise<HttpResponse> =>
  new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body, timeoutMs: timeout = timeoutMs } = options;
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = http.request(
      url,
      { method, headers: { ...length, ...headers }, agent: false, timeout },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (cause) => reject(new CutResponse(`the response of ${url} was cut`, { cause })));
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const { statusCode: status = 0, headers: received } = response;
          resolve({ url, status, headers: received, bytes, text: bytes.toString("utf8") });
        });
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`${url} did not answer in ${timeout / 1000} s`)));
    sent.on("error", reject);
    sent.end(body);
  });

/** The options of a request that submits a form. */
export const formPost = (fields: Readonly<Record<string, string>>) => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString(),
});

/** The id of the container that answered. */
export const replicaOf = ({ headers }: HttpResponse): string => String(headers["x-replica"]);

/** Returns the response, or fails unless its status is 200. */
export function requireOk(response: HttpResponse): HttpResponse {
  const { url, status, text } = response;
  assert.equal(status, 200, `${url} answered ${status}\n${text.slice(0, 500)}`);
  return response;
}

/** The absolute URL that a redirect leads to. Fails for any other response. */
export function redirectTarget({ url, status, headers, text }: HttpResponse): string {
  assert(
    [301, 302, 303, 307, 308].includes(status),
    `${url} answered ${status} instead of a redirect\n${text.slice(0, 500)}`,
  );
  return new URL(headers.location ?? "", url).href;
}
