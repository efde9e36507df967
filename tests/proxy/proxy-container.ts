/** Starts the proxy with its real start script, and replicas of a fake application, in a network of their own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalog } from "../../apps/catalog.ts";
import { images } from "../../contract/base-images.ts";
import { runLabel } from "../../contract/names.ts";
import type { Effects } from "../../scripts/core/effects.ts";
import { docker } from "../../scripts/docker/docker.ts";
import { proxyCapacity } from "../../workflows-src/stack/proxy-capacity.ts";
import { bodiesFolder, responsesFolder, startScript } from "../../workflows-src/stack/proxy-settings.ts";
import { users } from "../../workflows-src/stack/services.ts";

const create = (network: string, container: string, ...args: readonly string[]) =>
  ["docker", "create", "--name", container, "--network", network, "--label", runLabel, ...args] as const;

const asInTheStack = [
  `--user=${users.proxy}`,
  "--cap-drop=ALL",
  `--tmpfs=${bodiesFolder}`,
  `--tmpfs=${responsesFolder}`,
  "--entrypoint=/bin/sh",
];

export interface ProxyContainer {
  /** The name of the container and of its network. */
  readonly name: string;
  /** The text of nginx.conf. */
  readonly configuration: string;
  /** Ports of the container that are published on the loopback interface. */
  readonly ports: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Creates the network and the proxy, which is not started yet. */
export async function createProxy(
  { name, configuration, ports, env = {} }: ProxyContainer,
  fx: Effects,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "wmd-proxy-"));
  writeFileSync(join(folder, "nginx.conf"), configuration);
  const files = String(proxyCapacity(catalog).perWorker.files);
  await fx.output(["docker", "network", "create", "--label", runLabel, name]);
  await fx.output(
    create(
      name,
      name,
      ...ports.flatMap((inside) => ["--publish", `127.0.0.1::${inside}`]),
      ...Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      ...asInTheStack,
      `--ulimit=nofile=${files}:${files}`,
      images.proxy,
      startScript.target,
    ),
  );
  await fx.output(docker.copyIn(join(folder, "nginx.conf"), name, "/etc/nginx/nginx.conf"));
  await fx.output(docker.copyIn(startScript.source, name, startScript.target));
  rmSync(folder, { recursive: true });
}

/** Creates a replica, which is not started yet. @param startupMs the time until it listens */
export async function createReplica(
  {
    network,
    name,
    app,
    port,
  }: { readonly network: string; readonly name: string; readonly app: string; readonly port: number },
  startupMs: number,
  fx: Effects,
): Promise<void> {
  const command = ["node", "/replica.ts", String(port), String(startupMs)];
  await fx.output(create(network, name, "--network-alias", app, images.tests, ...command));
  await fx.output(docker.copyIn(join(import.meta.dirname, "replica.ts"), name, "/replica.ts"));
}

/** Host and port at which a port of the container is published. */
export const publishedAt = async (name: string, inside: number, fx: Effects): Promise<string> =>
  (await fx.output(docker.port(name, inside))).trim();
