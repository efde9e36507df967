/** Exactly the images that were tested, to the registry that owns them: each by digest, then its tag, and `latest` when all are up. */
import { type AppName, catalog } from "../../apps/catalog.ts";
import type { Digest, Digests } from "../../contract/digests.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { standInLabel } from "../engine/stand-in.ts";
import { type Layout, readLayout } from "../oci/layout.ts";
import { isLoopback } from "../oci/registry-http.ts";
import { type Registry, registryClient, splitOwner } from "../oci/registry.ts";

export async function publish(
  { images, tested, tag, settings }: Inputs<"publish">,
  fx: Effects,
): Promise<Outputs<"publish">> {
  const missing = (["DOCKER_USERNAME", "DOCKER_HUB_USERNAME", "DOCKER_HUB_ACCESS_TOKEN"] as const).filter(
    (name) => settings[name] === "",
  );
  if (missing.length > 0)
    throw new UserError(
      `publish: ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not set`,
      "Set it in the repository: secrets in the environment docker-hub, DOCKER_USERNAME as a variable",
    );
  fx.mask(settings.DOCKER_HUB_ACCESS_TOKEN);
  const credentials = { username: settings.DOCKER_HUB_USERNAME, password: settings.DOCKER_HUB_ACCESS_TOKEN };
  return { published: await publishTo(settings.DOCKER_USERNAME, images, tested, tag, fx, credentials) };
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** @param owner An account of Docker Hub, or `host/account` of another registry. */
export async function publishTo(
  owner: string,
  folders: Readonly<Record<string, string>>,
  tested: Digests<"tested", AppName>,
  tag: string,
  fx: Effects,
  credentials?: Credentials,
): Promise<Digests<"published", AppName>> {
  const { host, account } = splitOwner(owner);
  const registry = registryClient(host, credentials ? { credentials } : {});
  const release = await Promise.all(
    (Object.keys(tested) as AppName[]).map(async (app) => ({
      app,
      layout: await verified(app, folders[app], tested[app]),
    })),
  );
  const standIns = release.filter(({ layout }) => layout.configuration.labels[standInLabel] !== undefined);
  if (standIns.length > 0 && !isLoopback(host))
    throw new UserError(
      `${standIns.map(({ app }) => app).join(", ")}: built on a stand-in of its base image, which must not leave this machine`,
      "Publish from a machine that can pull the real base images",
    );
  const pushed = await pushRelease(registry, account, release, fx);
  for (const name of [tag, "latest"])
    await Promise.all(pushed.map(({ image, digest }) => registry.tag(image, digest, name)));
  const published = Object.fromEntries(pushed.map(({ app, digest }) => [app, digest])) as Digests<"published", AppName>;
  await fx.summary(summaryOf(release, pushed, tag));
  return published;
}

/** The layout, when its bytes are those that were tested. */
async function verified(
  app: AppName,
  folder: string | undefined,
  tested: Digest<"tested"> | undefined,
): Promise<Layout> {
  if (folder === undefined)
    throw new UserError(`${app}: its image is not among the artifacts`, "Run the whole workflow again");
  const layout = await readLayout(folder);
  if (layout.digest !== tested)
    throw new UserError(
      `${app}: ${layout.digest} is not what was tested, which is ${tested}`,
      "Run the whole workflow again",
    );
  return layout;
}

interface Pushed {
  readonly app: AppName;
  /** `account/image` */
  readonly image: string;
  readonly digest: Digest;
}

async function pushRelease(
  registry: Registry,
  account: string,
  release: readonly { readonly app: AppName; readonly layout: Layout }[],
  fx: Effects,
): Promise<readonly Pushed[]> {
  const pushed: Pushed[] = [];
  for (const { app, layout } of release) {
    fx.throwIfCancelled();
    const image = `${account}/${catalog[app].image}`;
    const digest = await registry.push(image, layout);
    if (digest !== layout.digest)
      throw new UserError(
        `${app}: the registry holds ${digest}, and ${layout.digest} was pushed`,
        "Nothing was tagged; run publish again",
      );
    fx.log(`  ✓ ${registry.host}/${image}@${digest}`);
    pushed.push({ app, image, digest });
  }
  return pushed;
}

const summaryOf = (release: readonly { readonly layout: Layout }[], pushed: readonly Pushed[], tag: string): string =>
  [
    `## Published as \`${tag}\``,
    "",
    "| application | digest | size |",
    "| --- | --- | --- |",
    ...pushed.map(
      ({ app, digest }, index) =>
        `| ${app} | \`${digest}\` | ${((release[index]?.layout.size ?? 0) / 1e6).toFixed(1)} MB |`,
    ),
    "",
  ].join("\n");
