/** Registries on loopback for tests: one that requires a login, and one that does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { images } from "../contract/base-images.ts";
import type { Effects } from "../scripts/core/effects.ts";
import { docker } from "../scripts/docker/docker.ts";
import { waitForRegistry } from "../scripts/docker/registry-container.ts";
import { type Registry, registryClient } from "../scripts/oci/registry.ts";

export const credentials = { username: "publisher", password: "open sesame" };
/** The output of `htpasswd -nbB publisher "open sesame"`; registries accept only bcrypt. */
const htpasswd = "publisher:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";
const settings = ["AUTH=htpasswd", "AUTH_HTPASSWD_REALM=test", "AUTH_HTPASSWD_PATH=/htpasswd"];

export interface TestRegistry {
  readonly host: string;
  /** Logged in, where the registry requires it. */
  readonly client: Registry;
  readonly stop: () => Promise<void>;
}

let started = 0;

export async function testRegistry(fx: Effects, kind: "locked" | "open"): Promise<TestRegistry> {
  const locked = kind === "locked";
  const name = `wmd-test-registry-${process.pid}-${++started}`;
  const environment = locked ? settings.flatMap((setting) => ["--env", `REGISTRY_${setting}`]) : [];
  await fx.output([
    "docker",
    "create",
    "--name",
    name,
    "--publish",
    "127.0.0.1::5000",
    ...environment,
    images.registry,
  ]);
  const folder = mkdtempSync(join(tmpdir(), "wmd-htpasswd-"));
  writeFileSync(join(folder, "htpasswd"), htpasswd);
  await fx.output(["docker", "cp", join(folder, "htpasswd"), `${name}:/htpasswd`]);
  rmSync(folder, { recursive: true });
  await fx.output(["docker", "start", name]);
  const host = (await fx.output(docker.port(name, 5000))).split("\n")[0]?.trim() ?? "";
  await waitForRegistry(host, name, fx);
  return {
    host,
    client: registryClient(host, locked ? { credentials } : {}),
    stop: async () => void (await fx.cleanUp(docker.remove(name))),
  };
}
