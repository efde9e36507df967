/** Registries on loopback: a temporary one for tests, and the one that keeps what a laptop publishes. */
import { images } from "../../contract/base-images.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { waitUntil } from "../core/wait-until.ts";
import { docker } from "./docker.ts";

/** Not port 5000, which macOS uses itself. */
export const keptRegistry = { name: "wmd-registry", port: 5050, volume: "wmd-registry" } as const;

/** Runs a registry during some work, which is given its host, such as `127.0.0.1:49153`. */
export async function withRegistry<T>(fx: Effects, work: (host: string) => Promise<T>): Promise<T> {
  const name = `wmd-registry-${process.pid}`;
  try {
    await fx.output(docker.registry(name, images.registry, undefined, undefined));
    const host = (await fx.output(docker.port(name, 5000))).split("\n")[0]?.trim() ?? "";
    await waitForRegistry(host, name, fx);
    return await work(host);
  } finally {
    await fx.cleanUp(docker.remove(name));
  }
}

/** Starts the kept registry where it does not run; one that was started for work that fails is removed again. */
export async function withKeptRegistry<T>(fx: Effects, work: (host: string) => Promise<T>): Promise<T> {
  const { name, port, volume } = keptRegistry;
  const host = `127.0.0.1:${port}`;
  const ran = (await fx.tryRun(docker.inspect("{{.State.Running}}", name))).stdout.trim() === "true";
  try {
    if (!ran) {
      await fx.tryRun(docker.remove(name));
      await fx.run(docker.registry(name, images.registry, port, volume), { title: `registry on ${host}` });
    }
    await waitForRegistry(host, name, fx);
    return await work(host);
  } catch (failure) {
    if (!ran) await fx.cleanUp(docker.remove(name));
    throw failure;
  }
}

/** Waits until a registry answers; an answer that asks for a login counts. */
export async function waitForRegistry(host: string, name: string, fx: Effects): Promise<void> {
  const answers = () =>
    fx.fetch(`http://${host}/v2/`, { signal: AbortSignal.timeout(2000) }).then(
      ({ status }) => (status === 200 || status === 401 ? true : undefined),
      () => undefined,
    );
  const onTimeout = async () =>
    new UserError(
      `The registry on ${host} does not answer\n${(await fx.tryRun(docker.logs(name))).stderr}`,
      `Read its log: docker logs ${name}`,
    );
  await waitUntil(answers, { timeoutMs: 30_000, intervalMs: 100, onTimeout }, fx);
}
