/** Pulls the base images, or builds stand-ins under the same names when no registry answers. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../contract/json.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { withMachineLock } from "../core/run-lock.ts";
import type { Engine } from "./engine.ts";
import { type Home, homeAt } from "./home.ts";
import { type Machine, readMachine, readOrEmpty } from "./machine.ts";
import { remove } from "./packages.ts";
import { goSettings } from "./package-index-settings.ts";
import { buildRoot, rootRecipe } from "./root.ts";
import { type StandInName, hasStandIn, recipeLabel, standInLabel, standIns } from "./stand-in.ts";

const recipeFolder = join(import.meta.dirname, "bases");

/** An image of the engine: a real one, or a stand-in that was built from a recipe. */
export type BaseImage = "real" | { readonly recipe: string };

/**
 * Makes base images available on the project's engine: pulls them, or builds stand-ins under the same names when no registry
 * answers. The machine's own engine is not changed: it pulls base images during a build.
 * @throws UserError when an image has no stand-in, or when a registry answers with an error
 */
export async function ensureBases(fx: Effects, engine: Engine, images: readonly string[]): Promise<void> {
  if (!engine.ours) return;
  const machine = readMachine(fx.env);
  const home = homeAt(machine.home);
  const recipe = recipeHash();
  const missing = imagesToBuild(images, await inspectImages(images, home, engine, fx), recipe);
  if (missing.length === 0) return;
  await withMachineLock(home.lock, fx, async () => {
    // Another process may have built some of them while this one waited for the lock.
    const stillMissing = imagesToBuild(missing, await inspectImages(missing, home, engine, fx), recipe);
    const unavailable = await pullImages(stillMissing, home, machine, engine, fx);
    if (unavailable.length > 0) await buildStandIns(unavailable, recipe, home, machine, engine, fx);
  });
}

/** Selects the images that the engine does not have, and stand-ins of another recipe. A real image is never replaced. Pure. */
export const imagesToBuild = (
  images: readonly string[],
  present: ReadonlyMap<string, BaseImage>,
  recipe: string,
): readonly string[] =>
  [...new Set(images)].filter((image) => {
    const found = present.get(image);
    return !found || (found !== "real" && found.recipe !== recipe);
  });

const docker = (home: Home, ...args: readonly string[]): Command => [join(home.bin, "docker"), ...args];

async function inspectImages(
  images: readonly string[],
  home: Home,
  engine: Engine,
  fx: Effects,
): Promise<ReadonlyMap<string, BaseImage>> {
  const format = "{{json .RepoTags}}\t{{json .Config.Labels}}";
  // The exit code is 1 when an image is absent; the others are printed all the same.
  const { stdout } = await fx.tryRun(docker(home, "image", "inspect", "--format", format, ...images), {
    env: engine.env,
  });
  return parseImages(stdout);
}

/** Docker writes null for an image without tags or labels. */
const tagsSchema = v.nullable(v.array(v.string()));
const labelsSchema = v.nullable(v.record(v.string(), v.string()));

/** @param stdout lines `TAGS<tab>LABELS`, both in JSON */
export function parseImages(stdout: string): ReadonlyMap<string, BaseImage> {
  const lines = stdout.split("\n").filter(Boolean);
  return new Map(
    lines.flatMap((line) => {
      const [tagsJson = "[]", labelsJson = "{}"] = line.split("\t");
      const labels = parseJson(labelsSchema, labelsJson, "`docker image inspect`") ?? {};
      const tags = parseJson(tagsSchema, tagsJson, "`docker image inspect`") ?? [];
      const image: BaseImage = labels[standInLabel] === "true" ? { recipe: labels[recipeLabel] ?? "" } : "real";
      return tags.map((tag): [string, BaseImage] => [tag, image]);
    }),
  );
}

/**
 * Pulls images.
 * @returns the images whose registry does not answer
 */
async function pullImages(
  images: readonly string[],
  home: Home,
  machine: Machine,
  engine: Engine,
  fx: Effects,
): Promise<readonly string[]> {
  if (machine.env["WMD_STAND_INS"]) return images;
  const unavailable: string[] = [];
  for (const image of images) {
    // After the first registry that does not answer, the others are not tried: each attempt may take two minutes.
    if (unavailable.length > 0) {
      unavailable.push(image);
      continue;
    }
    const pulled = await fx.tryRun(["timeout", "120", ...docker(home, "pull", "--quiet", image)], { env: engine.env });
    if (pulled.code === 0) fx.log(`${image} pulled from its registry`);
    else if (isRegistryUnreachable(pulled.stderr)) unavailable.push(image);
    else
      throw new UserError(
        `The base image ${image} cannot be pulled: ${pulled.stderr.trim().split("\n")[0]}`,
        "Try again later, or set WMD_STAND_INS=1 to build stand-ins although a registry answers",
      );
  }
  return unavailable;
}

/**
 * Whether `docker pull` failed because no registry answered. A pull limit, a refusal or an invalid certificate is an answer:
 * none of them may lead to a stand-in that nobody asked for.
 */
export const isRegistryUnreachable = (stderr: string): boolean =>
  /no such host|server misbehaving|network is unreachable|no route to host|connection refused|i\/o timeout|Client\.Timeout|deadline exceeded|name resolution/iu.test(
    stderr,
  ) && !/x509|toomanyrequests|denied|unauthorized/iu.test(stderr);

async function buildStandIns(
  images: readonly string[],
  recipe: string,
  home: Home,
  machine: Machine,
  engine: Engine,
  fx: Effects,
): Promise<void> {
  const names = images.filter(hasStandIn);
  const unknown = images.find((image) => !hasStandIn(image));
  if (unknown)
    throw new UserError(
      `No image registry answers, and the base image ${unknown} has no stand-in`,
      "Add a target to scripts/engine/bases/Dockerfile and an entry to scripts/engine/stand-in.ts",
    );

  fx.log("No image registry answers, so stand-ins for the base images are built from Debian packages.");
  const context = join(home.bases, "context");
  const tar = join(context, "root.tar");
  const builtRecipe = join(home.bases, "root.recipe");
  for (const part of ["Dockerfile", "files", "npm", "go"]) remove(join(context, part));
  for (const part of ["npm", "go"]) mkdirSync(join(context, part), { recursive: true });
  cpSync(recipeFolder, context, { recursive: true });
  writeFileSync(
    join(context, "go/env"),
    goSettings(readOrEmpty(machine.env["GOENV"] || join(machine.userHome, ".config/go/env")), machine.env),
  );
  if (!existsSync(tar) || readOrEmpty(builtRecipe) !== rootRecipe) {
    await buildRoot(home, machine, tar, fx);
    writeFileSync(builtRecipe, rootRecipe);
  }
  fx.throwIfCancelled();
  await fx.group(`Build stand-ins: ${names.join(", ")}`, async () => {
    if (names.some((name) => standIns[name].target.startsWith("node")))
      await downloadNode(join(context, "npm"), machine, fx);
    await fx.run(docker(home, "buildx", "bake", "--file", "-", "stand-ins"), {
      title: `build ${names.length} images from Debian packages`,
      input: JSON.stringify(bakeFile(names, recipe, context, machine.env)),
      // Without attestations the digest of an image is that of its manifest, which another build of the recipe does not change.
      env: { ...engine.env, BUILDX_NO_DEFAULT_ATTESTATIONS: "1" },
    });
  });
}

/** Downloads Node with npm, because npm is already configured for a registry that this machine reaches. npm 11 belongs to Node 24. */
async function downloadNode(into: string, machine: Machine, fx: Effects): Promise<void> {
  await fx.run(["npm", "pack", "--silent", "--pack-destination", into, `node-linux-${machine.arch}@24`, "npm@11"], {
    title: "download Node 24 from the npm registry",
  });
}

/** The file for `docker buildx bake`. One build has all targets, so that they share the package lists and run in parallel. Pure. */
export function bakeFile(names: readonly StandInName[], recipe: string, context: string, env: Machine["env"]) {
  const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"].flatMap((name) =>
    env[name] ? [[name, env[name]] as const] : [],
  );
  return {
    group: { "stand-ins": { targets: names.map((name) => standIns[name].target) } },
    target: Object.fromEntries(
      names.map((name) => [
        standIns[name].target,
        {
          context,
          target: standIns[name].target,
          tags: [name],
          labels: { [standInLabel]: "true", [recipeLabel]: recipe },
          args: Object.fromEntries(proxies),
          // zstd compresses several times faster than gzip, and its layers are not larger.
          output: ["type=image,compression=zstd,compression-level=3,oci-mediatypes=true"],
        },
      ]),
    ),
  };
}

/** Identifies how stand-ins are built: one with another hash is built again. The versions of the packages are not part of it. */
export function recipeHash(): string {
  const files = readdirSync(recipeFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hash = createHash("sha256").update(rootRecipe);
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).toSorted())
    hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}
