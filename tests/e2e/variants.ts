/** Another image of an application, made from the one that was built: for releases that differ, or break. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppName, catalog } from "../../apps/catalog.ts";
import { type Digest, artifactPath } from "../../scripts/codecs.ts";
import type { Effects } from "../../scripts/effects.ts";
import { readLayout } from "../../scripts/oci-layout.ts";
import { registryClient } from "../../scripts/registry.ts";
import type { TestRegistry } from "./registries.ts";

/** Published under the tag; gives its digest. */
export async function variant(
  fx: Effects,
  { host, options }: TestRegistry,
  app: AppName,
  tag: string,
  instruction: string,
): Promise<Digest> {
  const folder = mkdtempSync(join(tmpdir(), "wmd-variant-"));
  try {
    writeFileSync(join(folder, "Dockerfile"), `FROM built\n${instruction}\n`);
    const base = await readLayout(artifactPath("oci", app));
    await fx.capture([
      "docker", "buildx", "build", "--provenance=false", "--build-context", `built=oci-layout://${base.folder}@${base.digest}`,
      "--output", `type=oci,dest=${folder}/oci,tar=false`, folder,
    ]); // prettier-ignore
    const registry = registryClient(host, options);
    const image = `wmd/${catalog[app].image}`;
    const digest = await registry.push(image, await readLayout(join(folder, "oci")));
    await registry.tag(image, digest, tag);
    return digest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
