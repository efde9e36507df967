/** Registries on loopback for tests: one that asks for a password, one that does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../scripts/commands.ts";
import type { Effects } from "../scripts/effects.ts";
import { images } from "../scripts/images.ts";
import { answering } from "../scripts/local-registry.ts";
import { type Registry, registryClient } from "../scripts/registry.ts";

export const credentials = { username: "publisher", password: "open sesame" };
/** `htpasswd -nbB publisher "open sesame"`: registries read nothing but bcrypt. */
const htpasswd = "publisher:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";
const settings = ["AUTH=htpasswd", "AUTH_HTPASSWD_REALM=test", "AUTH_HTPASSWD_PATH=/htpasswd"];

export interface TestRegistry {
  readonly host: string;
  /** Logged in, where it asks for that. */
  readonly client: Registry;
  readonly stop: () => Promise<void>;
}

let started = 0;

export async function testRegistry(fx: Effects, kind: "locked" | "open"): Promise<TestRegistry> {
  const locked = kind === "locked";
  const name = `wmd-test-registry-${process.pid}-${++started}`;
  const environment = locked ? settings.flatMap((setting) => ["--env", `REGISTRY_${setting}`]) : [];
  await fx.capture([
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
  await fx.capture(["docker", "cp", join(folder, "htpasswd"), `${name}:/htpasswd`]);
  rmSync(folder, { recursive: true });
  await fx.capture(["docker", "start", name]);
  const host = (await fx.capture(docker.port(name, 5000))).split("\n")[0]?.trim() ?? "";
  await answering(host, name, fx);
  return {
    host,
    client: registryClient(host, locked ? { credentials } : {}),
    stop: async () => void (await fx.cleanUp(docker.remove(name))),
  };
}
