/**
 * Publishes exactly the images that were tested: each by digest, then under its tag; `latest` moves when all are up. Images
 * that did not change get the new tag, too, so that each tag names a whole release.
 */
import { type AppName, catalog } from "../../apps/catalog.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Digest, Digests } from "../../contract/digests.ts";
import { runOf } from "../../contract/run.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import type { Files } from "../core/files.ts";
import { megabytes } from "../core/format.ts";
import { isLoopback } from "../core/loopback.ts";
import { pool } from "../core/pool.ts";
import { standInLabel } from "../engine/stand-in.ts";
import { type Layout, platformName, readLayout } from "../oci/layout.ts";
import { markdownTable } from "../reports/markdown.ts";
import type { Credentials } from "../oci/registry-login.ts";
import { splitOwner } from "../oci/owner.ts";
import { type Registry, registryOf } from "../oci/registry.ts";
import type { CurrentInputs } from "../proofs/current-inputs.ts";
import { readRelease, supersededBy } from "../release/current-release.ts";
import { publishDocument } from "../release/publish-document.ts";

const required = ["DOCKER_USERNAME", "DOCKER_HUB_USERNAME", "DOCKER_HUB_ACCESS_TOKEN"] as const;

/** Publishes the release, and then the document about it, unless a newer release is published already. */
export async function publish(
  { settings, proofs, ...images }: Inputs<"publish">,
  current: CurrentInputs,
  fx: Effects,
): Promise<Outputs<"publish">> {
  const unset = required.filter((name) => settings[name] === "");
  if (unset.length > 0)
    throw new UserError(
      `publish: ${unset.join(" and ")} ${unset.length > 1 ? "are" : "is"} not set`,
      "Set the secrets in the repository's environment docker-hub, and DOCKER_USERNAME as a variable",
    );
  fx.mask(settings.DOCKER_HUB_ACCESS_TOKEN);
  fx.mask(settings.DOCKER_HUB_ACCESS_TOKEN.trim());
  const credentials = { username: settings.DOCKER_HUB_USERNAME, password: settings.DOCKER_HUB_ACCESS_TOKEN };
  const owner = settings.DOCKER_USERNAME;
  const run = runOf(fx.env);
  // Called by hand: a release is what a run on main publishes.
  if (run === undefined) return { published: await publishTo(owner, images, fx, credentials), current: true };

  const registry = registryOf(splitOwner(owner).host, fx, credentials);
  const found = await readRelease(registry, owner, run);
  const newer = await supersededBy(found, run, fx);
  if (newer !== undefined) {
    fx.log(`  ${newer}: nothing is published`);
    await fx.summary(`## Not published\n\n${newer}.\n`);
    return { published: {}, current: false };
  }
  const published = await publishTo(owner, images, fx, credentials);
  await publishDocument({ registry, owner, run, tag: images.tag, published, found }, proofs, current, fx);
  return { published, current: true };
}

const atOnce = 5;

/** @param owner an account of Docker Hub, or `host/account` of another registry */
export async function publishTo(
  owner: string,
  { images, carried, tested, tag }: Omit<Inputs<"publish">, "settings" | "proofs">,
  fx: Effects,
  credentials?: Credentials,
): Promise<Digests<"published", AppName>> {
  const { host, account } = splitOwner(owner);
  const apps = Object.keys(tested) as AppName[];
  const [kept, built] = [true, false].map((is) =>
    apps.filter((app) => (images[app] === undefined && carried[app] !== undefined) === is),
  ) as [AppName[], AppName[]];
  const release = await pool(atOnce, built, async (app) => ({
    app,
    layout: await readTested(app, images[app], tested[app], fx.files),
  }));
  refuseStandIns(release, host);
  const registry = registryOf(host, fx, credentials);
  await pool(atOnce, release, (image) => refuseOtherPlatform(image, registry, account));
  const pushed = [
    ...(await pushAll(registry, account, release, fx)),
    ...kept.map((app) => carriedImage(app, account, tested[app], carried[app])),
  ];
  for (const name of [tag, "latest"])
    await pool(atOnce, pushed, ({ repository, digest }) => registry.tag(repository, digest, name));
  await fx.summary(summaryOf(pushed, release, tag));
  return Object.fromEntries(pushed.map(({ app, digest }) => [app, digest]));
}

/** An image that an earlier release published. @throws UserError when another one was tested */
function carriedImage(
  app: AppName,
  account: string,
  tested: Digest<"tested"> | undefined,
  carried: Digest<"published"> | undefined,
): Pushed {
  if (tested === undefined || carried !== tested)
    throw new UserError(
      `${app}: the image to publish is ${carried}, but ${tested} was tested`,
      "Run the whole workflow again",
    );
  return { app, repository: `${account}/${catalog[app].image}`, digest: carried };
}

/** A tag names one image: an image for another processor would replace the one that servers pull. */
async function refuseOtherPlatform({ app, layout }: Image, registry: Registry, account: string): Promise<void> {
  const own = platformName(layout.configuration.platform);
  const published = (await registry.platforms(`${account}/${catalog[app].image}`, "latest")).map(platformName);
  if (published.some((name) => name !== own))
    throw new UserError(
      `${app}: the image is for ${own}, and ${registry.host}/${account}/${catalog[app].image}:latest is for ${published.join(", ")}`,
      `Publish from a machine with the processor of the servers, or to another account`,
    );
}

interface Image {
  readonly app: AppName;
  readonly layout: Layout;
}

/** The layout of an application. @throws UserError when its bytes are not those that were tested */
async function readTested(
  app: AppName,
  folder: string | undefined,
  tested: Digest<"tested"> | undefined,
  files: Files,
): Promise<Layout> {
  if (folder === undefined)
    throw new UserError(`${app}: its image is not among the artifacts`, "Run the whole workflow again");
  const layout = await readLayout(folder, files);
  if (layout.digest !== tested)
    throw new UserError(
      `${app}: the image to publish is ${layout.digest}, but ${tested} was tested`,
      "Run the whole workflow again",
    );
  return layout;
}

function refuseStandIns(release: readonly Image[], host: string): void {
  const standIns = release.filter(({ layout }) => layout.configuration.labels[standInLabel] !== undefined);
  if (standIns.length > 0 && !isLoopback(host))
    throw new UserError(
      `${standIns.map(({ app }) => app).join(", ")}: built on a stand-in of the base image, which must not leave this machine`,
      "Publish from a machine that can pull the real base images",
    );
}

interface Pushed {
  readonly app: AppName;
  /** `account/image` */
  readonly repository: string;
  readonly digest: Digest;
}

async function pushAll(
  registry: Registry,
  account: string,
  release: readonly Image[],
  fx: Effects,
): Promise<readonly Pushed[]> {
  const pushed: Pushed[] = [];
  for (const { app, layout } of release) {
    fx.throwIfCancelled();
    const repository = `${account}/${catalog[app].image}`;
    const digest = await registry.push(repository, layout);
    if (digest !== layout.digest)
      throw new UserError(
        `${app}: ${layout.digest} was pushed, but the registry holds ${digest}`,
        "Nothing was tagged; run publish again",
      );
    fx.log(`  ✓ ${registry.host}/${repository}@${digest}`);
    pushed.push({ app, repository, digest });
  }
  return pushed;
}

function summaryOf(pushed: readonly Pushed[], release: readonly Image[], tag: string): string {
  const sizes = new Map(release.map(({ app, layout }) => [app, megabytes(layout.size)]));
  return [
    `## Published as \`${tag}\``,
    "",
    markdownTable([
      ["application", "digest", "size"],
      ...pushed.map(({ app, digest }) => [app, `\`${digest}\``, sizes.get(app) ?? "as before"]),
    ]),
    "",
  ].join("\n");
}
