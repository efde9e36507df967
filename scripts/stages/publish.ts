/** Publishes exactly the images that were tested: each by digest, then under its tag; `latest` moves when all are up. */
import { type AppName, catalog } from "../../apps/catalog.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Digest, Digests } from "../../contract/digests.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import type { Files } from "../core/files.ts";
import { megabytes } from "../core/format.ts";
import { isLoopback } from "../core/loopback.ts";
import { pool } from "../core/pool.ts";
import { standInLabel } from "../engine/stand-in.ts";
import { type Layout, readLayout } from "../oci/layout.ts";
import type { Credentials } from "../oci/registry-login.ts";
import { splitOwner } from "../oci/owner.ts";
import { type Registry, registryOf } from "../oci/registry.ts";

const required = ["DOCKER_USERNAME", "DOCKER_HUB_USERNAME", "DOCKER_HUB_ACCESS_TOKEN"] as const;

export async function publish({ settings, ...images }: Inputs<"publish">, fx: Effects): Promise<Outputs<"publish">> {
  const unset = required.filter((name) => settings[name] === "");
  if (unset.length > 0)
    throw new UserError(
      `publish: ${unset.join(" and ")} ${unset.length > 1 ? "are" : "is"} not set`,
      "Set the secrets in the repository's environment docker-hub, and DOCKER_USERNAME as a variable",
    );
  fx.mask(settings.DOCKER_HUB_ACCESS_TOKEN);
  const credentials = { username: settings.DOCKER_HUB_USERNAME, password: settings.DOCKER_HUB_ACCESS_TOKEN };
  return { published: await publishTo(settings.DOCKER_USERNAME, images, fx, credentials) };
}

const atOnce = 5;

/** @param owner an account of Docker Hub, or `host/account` of another registry */
export async function publishTo(
  owner: string,
  { images, tested, tag }: Omit<Inputs<"publish">, "settings">,
  fx: Effects,
  credentials?: Credentials,
): Promise<Digests<"published", AppName>> {
  const { host, account } = splitOwner(owner);
  const release = await pool(atOnce, Object.keys(tested) as AppName[], async (app) => ({
    app,
    layout: await readTested(app, images[app], tested[app], fx.files),
  }));
  refuseStandIns(release, host);
  const registry = registryOf(host, fx, credentials);
  const pushed = await pushAll(registry, account, release, fx);
  for (const name of [tag, "latest"])
    await pool(atOnce, pushed, ({ repository, digest }) => registry.tag(repository, digest, name));
  await fx.summary(summaryOf(release, tag));
  return Object.fromEntries(pushed.map(({ app, digest }) => [app, digest]));
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

const summaryOf = (release: readonly Image[], tag: string): string =>
  [
    `## Published as \`${tag}\``,
    "",
    "| application | digest | size |",
    "| --- | --- | --- |",
    ...release.map(({ app, layout }) => `| ${app} | \`${layout.digest}\` | ${megabytes(layout.size)} |`),
    "",
  ].join("\n");
