/** The argv of `docker buildx`, and the choice of a builder. */
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import type { LayerCache } from "./layer-cache.ts";

/** The fixed time that files in layers carry: a commit must not change the digest of what it did not touch. */
export const sourceDateEpoch = "315532800"; // 1980-01-01, the first that zip files can hold

/** The folders that every application's Dockerfile reads beside its own, by the name that it gives them. */
export const buildContexts = { appkit: "apps/appkit" } as const;
interface Build {
  /** Folder of the application, from the repository's root. */
  readonly context: string;
  /** Replace the folders of `buildContexts`. */
  readonly contexts?: Readonly<Record<keyof typeof buildContexts, string>>;
  readonly target?: string;
  readonly builder: string;
  /** Where the engine itself keeps no layers between builds. */
  readonly layers?: LayerCache | undefined;
}

/** One folder holds the layers of every target, each under a tag. A cache that cannot be written fails no build. */
const cacheOptions = ({ from, to }: LayerCache, tag: string): readonly string[] => [
  "--cache-from",
  `type=local,src=${from},tag=${tag}`,
  "--cache-to",
  `type=local,dest=${to},tag=${tag},mode=max,ignore-error=true`,
];

const build = (
  { context, contexts = buildContexts, target, builder, layers }: Build,
  ...output: readonly string[]
): Command => [
  "docker",
  "buildx",
  "build",
  "--builder",
  builder,
  ...Object.entries(contexts).flatMap(([name, folder]) => ["--build-context", `${name}=${folder}`]),
  "--build-arg",
  `SOURCE_DATE_EPOCH=${sourceDateEpoch}`,
  "--provenance=false",
  ...(target === undefined ? [] : ["--target", target]),
  ...output,
  ...(layers === undefined ? [] : cacheOptions(layers, target ?? "image")),
  context,
];

export const buildx = {
  /** Builds an image into the engine. */
  image: (options: Build, tag: string): Command => build(options, "--load", "--tag", tag),
  /** Builds an image into an OCI layout; the layers' files carry the fixed time. */
  layout: (options: Build, folder: string): Command =>
    build(options, "--output", `type=oci,dest=${folder},tar=false,rewrite-timestamp=true`),
  /** A base image as it is, packed in the same way; its Dockerfile comes on standard input. */
  baseLayout: (builder: string, folder: string): Command => buildx.layout({ context: "-", builder }, folder),
  createBuilder: (name: string): Command => [
    "docker",
    "buildx",
    "create",
    "--name",
    name,
    "--driver",
    "docker-container",
    "--driver-opt",
    "network=host",
  ],
  currentContext: ["docker", "context", "show"] as Command,
  inspectBuilder: (name: string): Command => ["docker", "buildx", "inspect", name],
} as const;

const ownBuilder = "wmd";

/** The engine's own builder, which has the name of the docker context: buildx would use the one that the user has selected. */
export const engineBuilder = async (fx: Effects): Promise<string> => (await fx.output(buildx.currentContext)).trim();

/** The engine itself where its image store can write OCI layouts, else a BuildKit container. */
export async function builderFor(
  { containerdStore }: { readonly containerdStore: boolean },
  fx: Effects,
): Promise<string> {
  if (containerdStore) return engineBuilder(fx);
  const found = await fx.tryRun(buildx.inspectBuilder(ownBuilder));
  if (found.code !== 0) await fx.run(buildx.createBuilder(ownBuilder), { title: "builder" });
  return ownBuilder;
}
