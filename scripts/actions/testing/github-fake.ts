/** A stand-in of GitHub's API on this machine, which knows our pinned actions and the releases that a test adds. */
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";
import type { ActionInterface } from "../../../workflows-src/language/action-interfaces.ts";

export interface FakeRelease {
  readonly version: string;
  readonly commit: string;
  readonly ageDays: number;
  /** The texts of its files by path, such as `action.yml`. */
  readonly files: Readonly<Record<string, string>>;
  readonly prerelease?: true;
  readonly draft?: true;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GitHubFake {
  readonly address: string;
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** An action.yml as an author writes it: with descriptions, which nobody keeps. */
export const actionFileText = ({
  using,
  inputs,
  outputs,
}: Pick<ActionInterface, "using" | "inputs" | "outputs">): string =>
  stringify({
    name: "An action",
    description: "For tests",
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, { required, default: otherwise, deprecated }]) => [
        name,
        {
          description: "An input",
          ...(required ? { required: true } : {}),
          ...(otherwise === undefined ? {} : { default: otherwise }),
          ...(deprecated ? { deprecationMessage: "Not any more" } : {}),
        },
      ]),
    ),
    outputs: Object.fromEntries(outputs.map((name) => [name, { description: "An output" }])),
    runs: { using, main: "index.js" },
  });

const dayMs = 24 * 60 * 60 * 1000;

/**
 * @param repositories the releases by repository
 * @param instead an answer in place of the usual one
 */
export async function startGitHubFake(
  repositories: Readonly<Record<string, readonly FakeRelease[]>>,
  instead: (path: string) => FakeAnswer | undefined = () => undefined,
): Promise<GitHubFake> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push({ path, authorization: request.headers.authorization });
    const { status, body = "", headers } = instead(path) ?? answer(repositories, request);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const missing: FakeAnswer = { status: 404, body: JSON.stringify({ message: "Not Found" }) };

function answer(
  repositories: Readonly<Record<string, readonly FakeRelease[]>>,
  { url = "", headers }: IncomingMessage,
): FakeAnswer {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [, repository = "", what = ""] = /^\/repos\/([^/]+\/[^/]+)\/(.*)$/u.exec(pathname) ?? [];
  const releases = repositories[repository];
  if (releases === undefined) return missing;
  if (what === "releases")
    return {
      status: 200,
      body: JSON.stringify(
        releases.map(({ version, ageDays, prerelease = false, draft = false }) => ({
          tag_name: version,
          draft,
          prerelease,
          published_at: new Date(Date.now() - ageDays * dayMs).toISOString(),
        })),
      ),
    };
  const tag = /^commits\/tags\/(.+)$/u.exec(what)?.[1];
  const commit = releases.find(({ version }) => version === tag)?.commit;
  if (tag !== undefined) {
    if (headers.accept !== "application/vnd.github.sha") return { status: 415 };
    return commit === undefined ? { status: 422 } : { status: 200, body: commit };
  }
  const text = releases.find((one) => one.commit === searchParams.get("ref"))?.files[what.replace(/^contents\//u, "")];
  return text === undefined ? missing : { status: 200, body: text };
}
