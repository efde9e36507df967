/** Asked from outside until each replica has answered with the release that should run. */
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type AppName, catalog } from "../../apps/catalog.ts";
import { type Digests, shortDigest } from "../../contract/digests.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { type Ports, portOf } from "../../contract/ports.ts";

/** One endpoint of an application: what a visitor's address begins with. */
export interface Endpoint {
  readonly app: AppName;
  readonly url: string;
}

export function endpoints(app: AppName, host: string, ports: Ports): readonly Endpoint[] {
  const { route } = catalog[app];
  return [
    { app, url: `http://${host}:${portOf(app, ports)}/` },
    ...(route === null ? [] : [{ app, url: `http://${host}:${ports.http}${route}` }]),
  ];
}

/** What `/healthz` of every application says. */
export interface Answer {
  readonly app: string;
  readonly replica: string;
  readonly release: string;
}

/** Pure: what is still unanswered at one endpoint after these answers, as a sentence; undefined when nothing is. */
export function unanswered(
  endpoint: Endpoint,
  digest: string,
  answers: readonly (Answer | string)[],
): string | undefined {
  const known = answers.filter((answer) => typeof answer !== "string");
  const replicas = new Set(
    known.filter(({ app, release }) => app === endpoint.app && release.endsWith(digest)).map(({ replica }) => replica),
  );
  const wanted = catalog[endpoint.app].replicas;
  if (replicas.size >= wanted) return undefined;
  const last = answers.at(-1);
  const said = typeof last === "string" ? last : last ? `${last.app} of ${last.release}` : "nothing";
  return `${endpoint.url} was answered by ${replicas.size} of ${wanted} replicas of ${shortDigest(digest)}; the last answer: ${said}`;
}

const patience = 90_000;

/** Throws UserError with every endpoint that is not there in time. */
export async function smokeTest(
  digests: Digests<string, AppName>,
  host: string,
  ports: Ports,
  fx: Effects,
): Promise<void> {
  const every = (Object.keys(digests) as AppName[]).flatMap((app) => endpoints(app, host, ports));
  const results = await Promise.all(
    every.map((endpoint) => smokeTestEndpoint(endpoint, digests[endpoint.app] ?? "", fx)),
  );
  const findings = results.filter((finding) => finding !== undefined);
  if (findings.length > 0)
    throw new UserError(
      `Not every replica answers with the new release:\n${findings.join("\n")}`,
      "Look at the logs of the services named above",
    );
}

async function smokeTestEndpoint(endpoint: Endpoint, digest: string, fx: Effects): Promise<string | undefined> {
  const answers: (Answer | string)[] = [];
  const until = performance.now() + patience;
  for (;;) {
    fx.throwIfCancelled();
    answers.push(await ask(`${endpoint.url}healthz`));
    const finding = unanswered(endpoint, digest, answers);
    if (finding === undefined || performance.now() > until) return finding;
    // Fast while replicas answer one after another, slow while nothing does.
    if (typeof answers.at(-1) === "string") await sleep(300);
  }
}

async function ask(url: string): Promise<Answer | string> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(5000),
      headers: { connection: "close", "user-agent": `verify on ${hostname()}` },
    });
    const text = await response.text();
    return response.ok ? (JSON.parse(text) as Answer) : `${response.status} ${response.statusText}`;
  } catch (cause) {
    return cause instanceof Error
      ? `${cause.message}${cause.cause instanceof Error ? `: ${cause.cause.message}` : ""}`
      : String(cause);
  }
}
