/** What each piece of work reads: files of the repository, images that it pulls, and the code that runs it. Pure. */
import { join, normalize } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import { type AppName, catalog } from "../../apps/catalog.ts";
import { images } from "../../contract/base-images.ts";
import type { Digest } from "../../contract/digests.ts";
import { buildContexts } from "../docker/buildx.ts";
import { testProject } from "../docker/compose.ts";
import { pulledImages } from "../docker/dockerfile.ts";
import { importClosure } from "./import-closure.ts";

export interface WorkInputs {
  /** Files, and folders with all that is below them. */
  readonly paths: readonly string[];
  /** Files of which only the name counts, since the work does not read their contents. */
  readonly namedOnly?: RegExp;
  /** References of the images that are pulled. */
  readonly pulled: readonly string[];
  /** Digests of the images that the pipeline built itself, by application. */
  readonly built: Readonly<Record<string, Digest>>;
  /** The program that runs the tests: containers of the engine, or Node itself. Its version counts. */
  readonly runsOn: "engine" | "node";
}

/** Returns the text of a source file. */
export type Read = (path: string) => string;

/** Decide which version of which program runs any of our code. */
const toolchain = ["package-lock.json", ".node-version"];

/** The unit tests and the image of an application. */
export function applicationInputs(app: AppName, read: Read): WorkInputs {
  const folder = `apps/${catalog[app].image}`;
  return {
    paths: [folder, "apps/appkit", ...code("scripts/stages/build.ts", read)],
    pulled: [...pulledImages(read(`${folder}/Dockerfile`), Object.keys(buildContexts)), images.database],
    built: {},
    runsOn: "engine",
  };
}

/** The tests of all images together. */
export function integrationInputs(built: Readonly<Record<string, Digest>>, read: Read): WorkInputs {
  const services = Object.values(parseCompose(read(testProject.file)).services);
  // The image of an application is named by the release, and counts by its digest.
  const own = services.filter(({ image }) => !image.startsWith("${"));
  const builds = own.flatMap(({ build }) => build ?? []);
  return {
    paths: [
      testProject.file,
      ...services.flatMap(({ volumes }) => volumes.map(sourceOf).filter((source) => source !== undefined)),
      ...builds.flatMap(({ context }) => (context === "." ? testImagePaths(read) : [normalize(context)])),
      ...code("scripts/stages/integrate.ts", read),
    ],
    pulled: [
      ...own.flatMap(({ image, build }) => (build ? [] : [image])),
      ...builds.flatMap(({ context, dockerfile }) => pulledImages(read(join(context, dockerfile)), [])),
      images.registry,
    ],
    built,
    runsOn: "engine",
  };
}

/**
 * The types, the linters and the unit tests of the pipeline read the whole repository, but for the pages of the applications:
 * documents link to those. check-inputs.engine.test.ts runs the checks with other contents in them.
 */
export const checkInputs: WorkInputs = {
  paths: ["."],
  namedOnly: /^apps\/[^/]+\/.+\.(?:css|html|svg)$/u,
  pulled: [],
  built: {},
  runsOn: "node",
};

const code = (module: string, read: Read): readonly string[] => [...toolchain, ...importClosure([module], read)];

/** The files that the image of the integration tests may copy: its ignore file lets in nothing else. */
const testImagePaths = (read: Read): readonly string[] => [
  "tests/Dockerfile",
  "tests/Dockerfile.dockerignore",
  ...[...read("tests/Dockerfile.dockerignore").matchAll(/^!(.+)$/gmu)].map(([, path = ""]) => path),
];

/** The path in the repository of a mount; undefined for a volume. */
function sourceOf(mount: string): string | undefined {
  const [source = ""] = mount.split(":");
  return source.startsWith(".") ? normalize(source) : undefined;
}

const composeSchema = v.object({
  services: v.record(
    v.string(),
    v.object({
      image: v.string(),
      build: v.optional(v.object({ context: v.string(), dockerfile: v.optional(v.string(), "Dockerfile") })),
      volumes: v.optional(v.array(v.string()), []),
    }),
  ),
});
type Compose = v.InferOutput<typeof composeSchema>;

/** The last text that was parsed: one run asks several times, and parsing takes 30 ms. */
let parsed: { readonly text: string; readonly compose: Compose } | undefined;

function parseCompose(text: string): Compose {
  if (parsed?.text !== text) parsed = { text, compose: v.parse(composeSchema, parse(text)) };
  return parsed.compose;
}
