/** One replica alone on one core: the application as it is deployed, or the bare framework with the same page. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { waitUntil } from "../core/wait-until.ts";
import { docker } from "../docker/docker.ts";
import { type Replica, replicaArgv } from "./replica-commands.ts";

const healthTimeoutMs = 60_000;
const barePort = 8000;

/**
 * Starts the replica and waits until its health check succeeds.
 * @returns the seconds between the two
 */
export async function startReplica(replica: Replica, fx: Effects): Promise<number> {
  await fx.tryRun(docker.remove(replica.name));
  await fx.output(replicaArgv.run(replica));
  for (const until = performance.now() + healthTimeoutMs; performance.now() < until; await sleep(200)) {
    const state = JSON.parse(await fx.output(docker.inspect("{{json .State}}", replica.name))) as State;
    const healthy = state.Health?.Log.find(({ ExitCode }) => ExitCode === 0);
    if (healthy) return (Date.parse(healthy.End) - Date.parse(state.StartedAt)) / 1000;
    if (!state.Running) break;
  }
  throw await notHealthy(replica.name, fx);
}

async function notHealthy(name: string, fx: Effects): Promise<UserError> {
  const { stdout, stderr } = await fx.tryRun(docker.logs(name));
  return new UserError(
    `${name} did not become healthy in ${healthTimeoutMs / 1000} s\n${stdout}${stderr}`,
    "Its log above shows the failed step",
  );
}

interface State {
  readonly Running: boolean;
  readonly StartedAt: string;
  readonly Health?: { readonly Log: readonly { readonly ExitCode: number; readonly End: string }[] };
}

/** Serves a fixed page from the bare framework, in the same image and with the same server, during some work. */
export async function withBareFramework<T>(
  replica: Replica,
  body: string,
  fx: Effects,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const name = `${replica.name}-bare`;
  const folder = mkdtempSync(join(tmpdir(), "wmd-benchmark-"));
  try {
    writeFileSync(join(folder, "page"), body);
    await fx.output(replicaArgv.createBare({ ...replica, name, env: { ...replica.env, PORT: String(barePort) } }));
    for (const file of [join(folder, "page"), join(import.meta.dirname, "bare.py")])
      await fx.output(docker.copyIn(file, name, "/app/"));
    await fx.output(docker.startAgain(name));
    const url = `http://${await addressOf(name, fx)}:${barePort}/`;
    const probe = () => fetchPage(url).catch(() => undefined);
    const onTimeout = () => notHealthy(name, fx);
    await waitUntil(probe, { timeoutMs: healthTimeoutMs, intervalMs: 100, onTimeout }, fx);
    return await work(url);
  } finally {
    await fx.cleanUp(docker.remove(name));
    rmSync(folder, { recursive: true });
  }
}

export async function fetchPage(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok)
    throw new UserError(
      `${url} answers with status ${response.status}`,
      "Only a page that answers 200 can be measured",
    );
  return response.text();
}

/** The container's address in its only network. */
export const addressOf = async (container: string, fx: Effects): Promise<string> =>
  (await fx.output(docker.inspect("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container))).trim();
