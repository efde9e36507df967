/** HTTP as it is on the wire: any header may be sent, `Host` too, and no redirect is followed. */
import assert from "node:assert/strict";
import { type IncomingHttpHeaders, request } from "node:http";
import { type Door, at, isInside } from "./doors.ts";

const patience = 30_000;

export interface Answer {
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A connection of its own for each request: whoever is free answers. Rejects when nobody does. */
export const ask = async (url: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(
      url,
      { method, headers: { ...length, ...headers }, agent: false, timeout: patience },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            url,
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text: bytes.toString("utf8"),
          });
        });
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`${url} did not answer in ${patience / 1000} s`)));
    sent.on("error", reject);
    sent.end(body);
  });

/** The container that answered. */
export const replicaOf = (answer: Answer): string => String(answer.headers["x-replica"]);

export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** In lower case; a flag is empty. */
  readonly attributes: ReadonlyMap<string, string>;
}

export const cookiesOf = (answer: Answer): readonly Cookie[] =>
  (answer.headers["set-cookie"] ?? []).map((line) => {
    const [[name, value], ...attributes] = line.split(";").map(pair) as [Pair, ...Pair[]];
    return { name, value, attributes: new Map(attributes.map(([key, text]) => [key.toLowerCase(), text])) };
  });

type Pair = readonly [string, string];
const pair = (text: string): Pair => {
  const [name, ...value] = text.trim().split("=");
  return [name ?? "", value.join("=")];
};

/** Where an answer sends on to, as a whole address. */
export function target(answer: Answer): string {
  assert(
    [301, 302, 303, 307, 308].includes(answer.status),
    `${answer.url} gives ${answer.status}, and should redirect\n${answer.text.slice(0, 500)}`,
  );
  return new URL(answer.headers.location ?? "", answer.url).href;
}

/** Somebody at a door who keeps their cookies, and says what a browser says of where a form was sent from. */
export interface Visitor {
  /** Every cookie that they were given so far. */
  readonly cookies: () => readonly Cookie[];
  readonly get: (path: string) => Promise<Answer>;
  readonly follow: (answer: Answer) => Promise<Answer>;
  readonly send: (path: string, form: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly sendJson: (path: string, data: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
}

export function visitor(door: Door): Visitor {
  const jar = new Map<string, Cookie>();
  const visit = async (url: string, asked: Asked = {}): Promise<Answer> => {
    const cookie = [...jar.values()].map(({ name, value }) => `${name}=${value}`).join("; ");
    const answer = await ask(url, { ...asked, headers: { ...(cookie && { cookie }), ...asked.headers } });
    for (const given of cookiesOf(answer)) jar.set(given.name, given);
    return answer;
  };
  const post = async (
    path: string,
    type: string,
    body: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const page = { origin: door.origin, referer: at(door, path), "sec-fetch-site": "same-origin" };
    return visit(at(door, path), { method: "POST", body, headers: { ...page, "content-type": type, ...headers } });
  };
  return {
    cookies: () => [...jar.values()],
    get: async (path) => visit(at(door, path)),
    follow: async (answer) => {
      const next = target(answer);
      assert(isInside(door, next), `${answer.url} leads to ${next}`);
      return visit(next);
    },
    send: async (path, form) => post(path, "application/x-www-form-urlencoded", new URLSearchParams(form).toString()),
    sendJson: async (path, data, headers) => post(path, "application/json", JSON.stringify(data), headers),
  };
}
