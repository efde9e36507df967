/** Releases for the end-to-end tests: the images of the last build, and variants of them that differ or are broken. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { artifactName, artifactPath } from "../../contract/codecs.ts";
import { type Digests, asTested } from "../../contract/digests.ts";
import type { Effects } from "../../scripts/core/effects.ts";
import { disk } from "../../scripts/core/files.ts";
import { type Layout, readLayout } from "../../scripts/oci/layout.ts";
import type { Registry } from "../../scripts/oci/registry.ts";
import { currentInputs } from "../../scripts/proofs/current-inputs.ts";
import { findProof } from "../../scripts/proofs/proof-folder.ts";
import { applicationInputs, integrationInputs } from "../../scripts/proofs/work-inputs.ts";
import { publish } from "../../scripts/stages/publish.ts";
import { credentials } from "../registry.ts";
import { repositoryName } from "./runner.ts";

const repository = (app: AppName): string => `wmd/${catalog[app].image}`;

/** The digest behind a tag in each application's repository. */
export const published = async (registry: Registry, tag: string): Promise<Digests<string>> =>
  Object.fromEntries(
    await Promise.all(appNames.map(async (app) => [app, await registry.resolve(repository(app), tag)] as const)),
  );

/**
 * Publishes the release that this clone has built and proven last, as if a run on GitHub had made it from a commit with the same
 * files.
 * @param folder gets the proofs
 * @throws Error where the files have changed since
 */
export async function publishProven(fx: Effects, host: string, commit: string, folder: string): Promise<void> {
  const current = currentInputs(fx);
  const built: Digests<string, AppName> = Object.fromEntries(
    await Promise.all(appNames.map(async (app) => [app, (await builtLayout(app)).digest] as const)),
  );
  const works = [
    ...appNames.map((app) => [app, applicationInputs(app, fx.files.read)] as const),
    ["integration", integrationInputs(built, fx.files.read)] as const,
  ];
  const proofs = await Promise.all(
    works.map(async ([work, inputs]) => {
      const proof = findProof(work, await current.digestOf(inputs), Date.now(), fx);
      if (proof === undefined || appNames.some((app) => (proof.images[app] ?? built[app]) !== built[app]))
        throw unproven(work);
      const artifact = join(folder, artifactName("proofs", work));
      fx.files.write(join(artifact, "proof.json"), JSON.stringify({ ...proof, commit }));
      return [work, artifact] as const;
    }),
  );
  const onGitHub = fx.withEnv({
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: repositoryName,
    GITHUB_RUN_NUMBER: "1",
    GITHUB_SHA: commit,
    GITHUB_ACTOR: "e2e",
  });
  await publish(
    {
      images: Object.fromEntries(appNames.map((app) => [app, artifactPath("oci", app)])),
      carried: {},
      tested: asTested(built),
      proofs: Object.fromEntries(proofs),
      tag: tagOf(commit),
      settings: publisher(`${host}/wmd`),
    },
    current,
    onGitHub,
  );
}

/** The settings of the publish stage. */
export const publisher = (owner: string) => ({
  DOCKER_USERNAME: owner,
  DOCKER_HUB_USERNAME: credentials.username,
  DOCKER_HUB_ACCESS_TOKEN: credentials.password,
});

/** The tag of the release of a commit. */
export const tagOf = (commit: string): string => `sha-${commit.slice(0, 12)}`;

const unproven = (work: string, cause?: unknown): Error =>
  new Error(`${work}: these files are not what was last built and tested here; run npm start first`, { cause });

/** The image that was built last in this work tree. */
export const builtLayout = (app: AppName): Promise<Layout> =>
  readLayout(artifactPath("oci", app), disk).catch((cause: unknown) => {
    throw unproven(app, cause);
  });

/** Adds an instruction to the built image and publishes the result under a tag. */
export async function publishVariant(
  fx: Effects,
  registry: Registry,
  app: AppName,
  tag: string,
  instruction: string,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "wmd-variant-"));
  try {
    const variant = await buildVariant(fx, await builtLayout(app), instruction, folder);
    const digest = await registry.push(repository(app), variant);
    await registry.tag(repository(app), digest, tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds an instruction to an image. @param folder gets the new layout */
export async function buildVariant(fx: Effects, base: Layout, instruction: string, folder: string): Promise<Layout> {
  writeFileSync(join(folder, "Dockerfile"), `FROM built\n${instruction}\n`);
  await fx.output([
    "docker", "buildx", "build", "--provenance=false", "--build-context", `built=oci-layout://${base.folder}@${base.digest}`,
    "--output", `type=oci,dest=${folder}/oci,tar=false`, folder,
  ]); // prettier-ignore
  return readLayout(join(folder, "oci"), disk);
}
