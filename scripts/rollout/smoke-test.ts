/** Polls every endpoint until each replica reports the release that should run. */
import { hostname } from "node:os";
import * as v from "valibot";
import { type AppName, catalog } from "../../apps/catalog.ts";
import { shortDigest } from "../../contract/digests.ts";
import { parseJson } from "../../contract/json.ts";
import { type Ports, portOf } from "../../contract/ports.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import type { Release } from "./release.ts";

/** An address at which an application answers. */
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

/** The body of `/healthz` of every application. */
const health = v.object({ app: v.string(), replica: v.string(), release: v.string() });
export type Health = v.InferOutput<typeof health>;
/** A health report, or the failure of the request. */
export type Answer = Health | string;

/** The finding about an endpoint after these answers; undefined when every replica of the digest has answered. Pure. */
export function unanswered(endpoint: Endpoint, digest: string, answers: readonly Answer[]): string | undefined {
  const reports = answers.filter((answer) => typeof answer !== "string");
  const replicas = new Set(
    reports
      .filter(({ app, release }) => app === endpoint.app && release.endsWith(digest))
      .map(({ replica }) => replica),
  );
  const expected = catalog[endpoint.app].replicas;
  if (replicas.size >= expected) return undefined;
  const last = answers.at(-1) ?? "none";
  const lastText = typeof last === "string" ? last : `${last.app} of ${last.release}`;
  return `${endpoint.url}: ${replicas.size} of ${expected} replicas of ${shortDigest(digest)} answered; last answer: ${lastText}`;
}

const timeoutMs = 90_000;
const requestTimeoutMs = 5000;
/** The pause after a failed request, and after a response that reports nothing new. */
const pauseMs = { failed: 300, repeated: 50 };

/** @throws UserError with every endpoint at which a replica is missing when the time is over */
export async function smokeTest({ digests, host, ports }: Release, fx: Effects): Promise<void> {
  const all = (Object.keys(digests) as AppName[]).flatMap((app) => endpoints(app, host, ports));
  // All at once: their number is the catalog's, and each of them mostly waits.
  const results = await Promise.all(all.map((endpoint) => poll(endpoint, digests[endpoint.app] ?? "", fx)));
  const findings = results.filter((finding) => finding !== undefined);
  if (findings.length > 0)
    throw new UserError(
      `Not every replica reports the new release:\n${findings.join("\n")}`,
      "Read the logs of the services named above: docker service logs, or docker compose logs",
    );
}

async function poll(endpoint: Endpoint, digest: string, fx: Effects): Promise<string | undefined> {
  // Each answer once, the latest last.
  const answers = new Map<string, Answer>();
  for (const deadline = fx.now() + timeoutMs; ;) {
    fx.throwIfCancelled();
    const answer = await request(`${endpoint.url}healthz`, fx);
    const key = JSON.stringify(answer);
    const repeated = answers.delete(key);
    answers.set(key, answer);
    const finding = unanswered(endpoint, digest, [...answers.values()]);
    if (finding === undefined || fx.now() >= deadline) return finding;
    if (typeof answer === "string") await fx.sleep(pauseMs.failed);
    else if (repeated) await fx.sleep(pauseMs.repeated);
  }
}

async function request(url: string, fx: Effects): Promise<Answer> {
  try {
    const response = await fx.fetch(url, {
      signal: AbortSignal.any([fx.signal, AbortSignal.timeout(requestTimeoutMs)]),
      headers: { connection: "close", "user-agent": `smoke test on ${hostname()}` },
    });
    const text = await response.text();
    return response.ok ? parseJson(health, text, url) : `${response.status} ${response.statusText}`;
  } catch (failure) {
    if (!(failure instanceof Error)) return String(failure);
    return failure.cause instanceof Error ? `${failure.message}: ${failure.cause.message}` : failure.message;
  }
}
