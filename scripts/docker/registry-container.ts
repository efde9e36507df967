/** Registries of our own on loopback: one that is thrown away, and one that keeps what a laptop ships. */
import { setTimeout as sleep } from "node:timers/promises";
import { docker } from "./docker.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { images } from "../../contract/base-images.ts";

/** Not 5000, which macOS holds. */
export const keptRegistry = { name: "wmd-registry", port: 5050, volume: "wmd-registry" } as const;

/** Starts a registry for the time of some work; its host, such as `127.0.0.1:49153`, is handed to the work. */
export async function withRegistry<T>(fx: Effects, work: (host: string) => Promise<T>): Promise<T> {
  const name = `wmd-registry-${process.pid}`;
  try {
    await fx.output(docker.registry(name, images.registry, undefined, undefined));
    const host = (await fx.output(docker.port(name, 5000))).split("\n")[0]?.trim() ?? "";
    await answering(host, name, fx);
    return await work(host);
  } finally {
    await fx.cleanUp(docker.remove(name));
  }
}

/** Makes sure that the kept registry runs; one that was started for work that failed is taken down again. */
export async function withKeptRegistry<T>(fx: Effects, work: (host: string) => Promise<T>): Promise<T> {
  const { name, port, volume } = keptRegistry;
  const host = `127.0.0.1:${port}`;
  const ran = (await fx.tryRun(docker.inspect("{{.State.Running}}", name))).stdout.trim() === "true";
  try {
    if (!ran) {
      await fx.tryRun(docker.remove(name));
      await fx.run(docker.registry(name, images.registry, port, volume), { title: `registry on ${host}` });
    }
    await answering(host, name, fx);
    return await work(host);
  } catch (failure) {
    if (!ran) await fx.cleanUp(docker.remove(name));
    throw failure;
  }
}

/** Waits until a registry serves; one that asks for a login does. */
export async function answering(host: string, name: string, fx: Effects): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    fx.throwIfCancelled();
    const up = await fetch(`http://${host}/v2/`, { signal: AbortSignal.timeout(2000) }).then(
      ({ status }) => status === 200 || status === 401,
      () => false,
    );
    if (up) return;
    if (performance.now() > until)
      throw new UserError(
        `The registry on ${host} does not answer\n${(await fx.tryRun(docker.logs(name))).stderr}`,
        `docker logs ${name}`,
      );
    await sleep(100);
  }
}
