/** Releases for the end-to-end tests: the images of the last build, and variants of them that differ or are broken. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import type { Digest, Digests } from "../../contract/digests.ts";
import { artifactName, artifactPath } from "../../contract/codecs.ts";
import { works } from "../../contract/proof.ts";
import type { Effects } from "../../scripts/core/effects.ts";
import { disk } from "../../scripts/core/files.ts";
import { readLayout } from "../../scripts/oci/layout.ts";
import { currentInputs } from "../../scripts/proofs/current-inputs.ts";
import { publish as publishStage } from "../../scripts/stages/publish.ts";
import { credentials } from "../registry.ts";
import { repositoryName } from "./runner.ts";
import type { Registry } from "../../scripts/oci/registry.ts";

const repository = (app: AppName): string => `wmd/${catalog[app].image}`;

/** The digest behind a tag in each application's repository. */
export const published = async (registry: Registry, tag: string): Promise<Digests<string>> =>
  Object.fromEntries(
    await Promise.all(appNames.map(async (app) => [app, await registry.resolve(repository(app), tag)] as const)),
  );

export async function publishBuilt(registry: Registry, tag: string): Promise<void> {
  for (const app of appNames) await publish(registry, app, artifactPath("oci", app), tag);
}

/**
 * Publishes the images and proofs of a run, as its publish job does.
 * @param artifacts the folder of the artifacts of the run
 */
export async function publishRun(
  fx: Effects,
  host: string,
  artifacts: string,
  { tested, commit }: { readonly tested: Digests<"tested", AppName>; readonly commit: string },
): Promise<void> {
  const folders = (name: string, legs: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(legs.map((leg) => [leg, join(artifacts, artifactName(name, leg))]));
  const onGitHub = fx.withEnv({
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: repositoryName,
    GITHUB_RUN_NUMBER: "1",
    GITHUB_SHA: commit,
    GITHUB_ACTOR: "e2e",
  });
  await publishStage(
    {
      images: folders("oci", appNames),
      carried: {},
      tested,
      proofs: folders("proofs", works),
      tag: `sha-${commit.slice(0, 12)}`,
      settings: {
        DOCKER_USERNAME: `${host}/wmd`,
        DOCKER_HUB_USERNAME: credentials.username,
        DOCKER_HUB_ACCESS_TOKEN: credentials.password,
      },
    },
    currentInputs(fx),
    onGitHub,
  );
}

/** Adds an instruction to the built image and publishes the result under a tag; returns its digest. */
export async function publishVariant(
  fx: Effects,
  registry: Registry,
  app: AppName,
  tag: string,
  instruction: string,
): Promise<Digest> {
  const folder = mkdtempSync(join(tmpdir(), "wmd-variant-"));
  try {
    writeFileSync(join(folder, "Dockerfile"), `FROM built\n${instruction}\n`);
    const base = await readLayout(artifactPath("oci", app), disk);
    await fx.output([
      "docker", "buildx", "build", "--provenance=false", "--build-context", `built=oci-layout://${base.folder}@${base.digest}`,
      "--output", `type=oci,dest=${folder}/oci,tar=false`, folder,
    ]); // prettier-ignore
    return await publish(registry, app, join(folder, "oci"), tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function publish(registry: Registry, app: AppName, folder: string, tag: string): Promise<Digest> {
  const digest = await registry.push(repository(app), await readLayout(folder, disk));
  await registry.tag(repository(app), digest, tag);
  return digest;
}
