/** What GitHub's API says about the repository of an action. */
import * as v from "valibot";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { isLoopback } from "../core/loopback.ts";
import type { Release } from "./releases.ts";

/** GitHub did not answer, or does not answer now: the same request may succeed later. */
export class Unavailable extends UserError {}

export interface GitHub {
  /** The newest releases that are no drafts and no previews. */
  releases(repository: string): Promise<readonly Release[]>;
  /** The commit that a tag points to; undefined where there is no such tag. */
  commitOf(repository: string, tag: string): Promise<string | undefined>;
  /** The text of the action.yml in a folder of the repository, at a commit. */
  actionFile(repository: string, folder: string | undefined, commit: string): Promise<string>;
}

const timeoutMs = 30_000;
const again = "Run this again later";

const releaseList = v.array(
  v.object({
    tag_name: v.string(),
    draft: v.boolean(),
    prerelease: v.boolean(),
    published_at: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  }),
);

/** Its address and token are those that GitHub's own runner sets, too. */
export function github({ env, fetch: send, signal }: Pick<Effects, "env" | "fetch" | "signal">): GitHub {
  const base = apiAddress(env["GITHUB_API_URL"] || "https://api.github.com");
  const token = (env["GITHUB_TOKEN"] ?? "").trim();
  const [, unprintable] = /([^\x21-\x7e])/u.exec(token) ?? [];
  if (unprintable !== undefined)
    throw new UserError(
      "GITHUB_TOKEN contains a character that no token has",
      "Set it to the token alone, or unset it",
    );

  async function get(path: string, accept: string): Promise<{ readonly status: number; readonly text: string }> {
    let response: Response;
    let text: string;
    try {
      response = await send(`${base}${path}`, {
        headers: { accept, "user-agent": "wmd", ...(token === "" ? {} : { authorization: `Bearer ${token}` }) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      text = await response.text();
    } catch (cause) {
      signal.throwIfAborted();
      throw new Unavailable(
        `${base} does not answer: ${reasonOf(cause)}`,
        "Check the network and the proxy, then run this again",
        { cause },
      );
    }
    const refusal = refusalOf(`GET ${path}`, response, text, token !== "");
    if (refusal) throw refusal;
    return { status: response.status, text };
  }

  return {
    async releases(repository) {
      const { status, text } = await get(`/repos/${repository}/releases?per_page=100`, "application/vnd.github+json");
      if (status === 404)
        throw new UserError(
          `GitHub has no repository ${repository}, or does not show it`,
          "Replace the action, or set GITHUB_TOKEN to a token that can read it",
        );
      const result = v.safeParse(releaseList, jsonOf(text));
      if (!result.success) throw malformed(`the releases of ${repository}`);
      return result.output.flatMap(({ tag_name: version, draft, prerelease, published_at: published }) =>
        draft || prerelease || published === null ? [] : [{ version, published: Date.parse(published) }],
      );
    },
    async commitOf(repository, tag) {
      const path = `/repos/${repository}/commits/tags/${encodeURIComponent(tag)}`;
      const { status, text } = await get(path, "application/vnd.github.sha");
      if (status === 404 || status === 422) return undefined;
      if (!/^[0-9a-f]{40}$/u.test(text.trim())) throw malformed(`the tag ${tag} of ${repository}`);
      return text.trim();
    },
    async actionFile(repository, folder, commit) {
      for (const name of ["action.yml", "action.yaml"]) {
        const path = folder === undefined ? name : `${folder}/${name}`;
        const accept = "application/vnd.github.raw+json";
        const { status, text } = await get(`/repos/${repository}/contents/${path}?ref=${commit}`, accept);
        if (status !== 404) return text;
      }
      const where = folder === undefined ? repository : `${repository}/${folder}`;
      throw new UserError(
        `${where} has no action.yml at the commit ${commit}`,
        "Keep the pinned release: this one no longer has the action",
      );
    },
  };
}

function apiAddress(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  // The token is sent to this address.
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && isLoopback(url.host)))
    throw new UserError("GITHUB_API_URL is no https address", "Unset it, or write it such as https://api.github.com");
  return `${url.origin}${url.pathname}`.replace(/\/+$/u, "");
}

/** Why GitHub refused; undefined for an answer, and for what it does not have. */
function refusalOf(request: string, response: Response, text: string, hasToken: boolean): UserError | undefined {
  const { status, headers } = response;
  const limited =
    headers.get("x-ratelimit-remaining") === "0" || headers.has("retry-after") || /rate limit/iu.test(text);
  if (status === 429 || (status === 403 && limited)) {
    const until = untilOf(headers);
    return new Unavailable(
      `GitHub's limit of requests is reached (${status})`,
      `Run this again ${until ?? "later"}${hasToken ? "" : ", or set GITHUB_TOKEN, which has a higher limit"}`,
    );
  }
  if (status === 401)
    return new UserError("GitHub refuses the token in GITHUB_TOKEN (401)", "Set a valid one, or unset it");
  if (status === 403)
    return new UserError(
      `GitHub refuses ${request} (403)`,
      hasToken ? "Unset GITHUB_TOKEN, or set a token that may read public repositories" : "Set GITHUB_TOKEN",
    );
  if (status >= 500) return new Unavailable(`GitHub fails at ${request} (${status})`, again);
  return response.ok || status === 404 || status === 422
    ? undefined
    : new UserError(
        `GitHub answers ${request} with ${status}`,
        "Look at GITHUB_API_URL; it has to be the API of GitHub",
      );
}

function untilOf(headers: Headers): string | undefined {
  const [after, reset] = [Number(headers.get("retry-after") ?? NaN), Number(headers.get("x-ratelimit-reset") ?? NaN)];
  if (Number.isFinite(after)) return `in ${after} s`;
  return Number.isFinite(reset) && reset > 0 && reset < 1e11
    ? `after ${new Date(reset * 1000).toISOString()}`
    : undefined;
}

const malformed = (what: string): UserError =>
  new UserError(`GitHub's answer about ${what} has another form than expected`, again);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const reasonOf = (cause: unknown): string => {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const [line = ""] = (inner instanceof Error ? inner.message || inner.name : String(inner)).split("\n");
  return line;
};
