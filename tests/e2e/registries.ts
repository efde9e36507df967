/** Registries for tests: one that asks for a password, one that does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppName, catalog } from "../../apps/catalog.ts";
import { type Digests, artifactPath } from "../../scripts/codecs.ts";
import type { Effects } from "../../scripts/effects.ts";
import { images } from "../../scripts/images.ts";
import { readLayout } from "../../scripts/oci-layout.ts";
import { type RegistryOptions, registryClient } from "../../scripts/registry.ts";

/** `htpasswd -nbB publisher "open sesame"`: registries read nothing but bcrypt. */
const htpasswd = "publisher:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n";

export interface TestRegistry {
  readonly host: string;
  readonly options: RegistryOptions;
  /** Publishes what the last build left, under a tag; its digests must be these. */
  readonly take: (release: Digests<string, AppName>, tag: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function testRegistry(fx: Effects, kind: "locked" | "open"): Promise<TestRegistry> {
  const name = `wmd-e2e-registry-${kind}-${process.pid}`;
  const settings = {
    REGISTRY_AUTH: "htpasswd",
    REGISTRY_AUTH_HTPASSWD_REALM: "test",
    REGISTRY_AUTH_HTPASSWD_PATH: "/htpasswd",
  };
  const environment =
    kind === "locked" ? Object.entries(settings).flatMap(([key, value]) => ["--env", `${key}=${value}`]) : [];
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
  const host = (await fx.capture(["docker", "port", name, "5000/tcp"])).trim().split("\n")[0] ?? "";
  const options = kind === "locked" ? { credentials: { username: "publisher", password: "open sesame" } } : {};
  const registry = registryClient(host, options);
  return {
    host,
    options,
    async take(release, tag) {
      for (const app of Object.keys(release) as AppName[]) {
        const image = `wmd/${catalog[app].image}`;
        const digest = await registry.push(image, await readLayout(artifactPath("oci", app)));
        if (digest !== release[app]) throw new Error(`${app}: the last build is ${digest}, not ${release[app]}`);
        await registry.tag(image, digest, tag);
      }
    },
    stop: async () => void (await fx.cleanUp(["docker", "rm", "--force", "--volumes", name])),
  };
}
