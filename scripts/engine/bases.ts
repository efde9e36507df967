/** Base images where no registry answers: stand-ins under the real names. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { withMachineLock } from "../core/run-lock.ts";
import type { Engine } from "./engine.ts";
import { type Home, homeAt } from "./home.ts";
import { type Machine, readMachine, text } from "./machine.ts";
import { remove } from "./packages.ts";
import { goSettings } from "./reach.ts";
import { type StandInName, hasStandIn, recipeLabel, standInLabel, standIns } from "./stand-in.ts";
import { makeRoot, rootRecipe } from "./root.ts";

const recipeFolder = join(import.meta.dirname, "bases");

/** What is on the engine under a name: a real image, a stand-in of a recipe, or nothing. */
export type Present = "real" | { readonly recipe: string };

/**
 * On an engine that is ours, and where no registry answers: stand-ins under the real names. An engine of the machine's
 * own is left alone: it pulls what it needs, or says why it cannot.
 * @throws UserError for an image that has no stand-in, or when a registry answers with a refusal
 */
export async function ensureBases(fx: Effects, engine: Engine, images: readonly string[]): Promise<void> {
  if (!engine.ours) return;
  const machine = readMachine(fx.env);
  const home = homeAt(machine.home);
  const recipe = recipeHash();
  const missing = outdated(images, await present(images, home, engine, fx), recipe);
  if (missing.length === 0) return;
  await withMachineLock(home.lock, fx, async () => {
    const still = outdated(missing, await present(missing, home, engine, fx), recipe);
    const absent = await pullOrKeep(still, home, machine, engine, fx);
    if (absent.length > 0) await build(absent, recipe, home, machine, engine, fx);
  });
}

/** Those to be made: absent ones, and stand-ins of another recipe. A real image stays. Pure. */
export const outdated = (
  images: readonly string[],
  there: ReadonlyMap<string, Present>,
  recipe: string,
): readonly string[] =>
  [...new Set(images)].filter((image) => {
    const found = there.get(image);
    return !found || (found !== "real" && found.recipe !== recipe);
  });

const docker = (home: Home, ...args: readonly string[]): Command => [join(home.bin, "docker"), ...args];

async function present(
  images: readonly string[],
  home: Home,
  engine: Engine,
  fx: Effects,
): Promise<ReadonlyMap<string, Present>> {
  const format = "{{json .RepoTags}}\t{{json .Config.Labels}}";
  // Absent ones make it end with 1; it prints the others all the same.
  const { stdout } = await fx.tryRun(docker(home, "image", "inspect", "--format", format, ...images), {
    env: engine.env,
  });
  return parsePresent(stdout);
}

export function parsePresent(stdout: string): ReadonlyMap<string, Present> {
  const lines = stdout.split("\n").filter(Boolean);
  return new Map(
    lines.flatMap((line) => {
      const [tags = "[]", labels = "{}"] = line.split("\t");
      const found = (JSON.parse(labels) ?? {}) as Readonly<Record<string, string>>;
      const state: Present = found[standInLabel] === "true" ? { recipe: found[recipeLabel] ?? "" } : "real";
      return ((JSON.parse(tags) ?? []) as readonly string[]).map((tag): [string, Present] => [tag, state]);
    }),
  );
}

/** Pulls what a registry gives; the rest, where none answers, is to be made. */
async function pullOrKeep(
  images: readonly string[],
  home: Home,
  machine: Machine,
  engine: Engine,
  fx: Effects,
): Promise<readonly string[]> {
  if (machine.env["WMD_STAND_INS"]) return images;
  const absent: string[] = [];
  for (const image of images) {
    // One answer is enough: where a name does not resolve, the next will not either.
    if (absent.length > 0) {
      absent.push(image);
      continue;
    }
    const pulled = await fx.tryRun(["timeout", "120", ...docker(home, "pull", "--quiet", image)], { env: engine.env });
    if (pulled.code === 0) fx.log(`${image}, from its registry`);
    else if (noRegistry(pulled.stderr)) absent.push(image);
    else
      throw new UserError(
        `${image} cannot be pulled: ${pulled.stderr.trim().split("\n")[0]}`,
        "a registry answered, so no stand-in is made unasked; try again later, or ask for stand-ins: WMD_STAND_INS=1",
      );
  }
  return absent;
}

/** Nothing answered. A limit, a refusal or a strange certificate is an answer: it must not turn somebody's alpine into Debian. */
export const noRegistry = (said: string): boolean =>
  /no such host|server misbehaving|network is unreachable|no route to host|connection refused|i\/o timeout|Client\.Timeout|deadline exceeded|name resolution/iu.test(
    said,
  ) && !/x509|toomanyrequests|denied|unauthorized/iu.test(said);

async function build(
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
      `no registry answers, and there is no stand-in for ${unknown}`,
      "add a target to scripts/engine/bases/Dockerfile and a line to scripts/engine/stand-in.ts",
    );

  fx.log("No image registry answers: stand-ins for the base images are made from Debian packages.");
  const context = join(home.bases, "context");
  const tar = join(context, "root.tar");
  const made = join(home.bases, "root.recipe");
  for (const part of ["Dockerfile", "files", "npm", "go"]) remove(join(context, part));
  for (const part of ["npm", "go"]) mkdirSync(join(context, part), { recursive: true });
  cpSync(recipeFolder, context, { recursive: true });
  writeFileSync(
    join(context, "go/env"),
    goSettings(text(machine.env["GOENV"] || join(machine.userHome, ".config/go/env")), machine.env),
  );
  if (!existsSync(tar) || text(made) !== rootRecipe) {
    await makeRoot(home, machine, tar, fx);
    writeFileSync(made, rootRecipe);
  }
  fx.throwIfCancelled();
  await fx.group(`Stand-ins: ${names.join(", ")}`, async () => {
    if (names.some((name) => standIns[name].target.startsWith("node")))
      await fetchNode(join(context, "npm"), machine, fx);
    await fx.run(docker(home, "buildx", "bake", "--file", "-", "stand-ins"), {
      title: `${names.length} images from Debian packages`,
      input: JSON.stringify(bakeFile(names, recipe, context, machine.env)),
      // Without attestations an image is its manifest, and the same recipe stays the same image.
      env: { ...engine.env, BUILDX_NO_DEFAULT_ATTESTATIONS: "1" },
    });
  });
}

/** npm knows how to reach its registry; the package of npm itself is the one of Node 24. */
async function fetchNode(into: string, machine: Machine, fx: Effects): Promise<void> {
  await fx.run(["npm", "pack", "--silent", "--pack-destination", into, `node-linux-${machine.arch}@24`, "npm@11"], {
    title: "Node 24, from npm",
  });
}

/** All targets in one build: they share the packages lists, and run beside each other. Pure. */
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
          // Faster to pack than gzip, by a factor, and not larger.
          output: ["type=image,compression=zstd,compression-level=3,oci-mediatypes=true"],
        },
      ]),
    ),
  };
}

/** Of everything that a stand-in is made from, but the packages' versions. */
export function recipeHash(): string {
  const files = readdirSync(recipeFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hash = createHash("sha256").update(rootRecipe);
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).toSorted())
    hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}
