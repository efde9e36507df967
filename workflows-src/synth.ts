/** Writes every generated file, or with `--check` shows what would change. Removes orphans of its own. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { catalog } from "../apps/catalog.ts";
import { type Artifact, artifacts, documents, generatedMark, regions, withRegion } from "./artifacts.ts";

export interface Drift {
  readonly path: string;
  readonly patch: string;
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw cause;
  }
};

/** Generated files that nothing generates any more. Where ours can lie is where we ever wrote: the root and the workflows. */
const orphans = (root: string, wanted: readonly Artifact[]): readonly string[] =>
  [".", ".github/workflows"]
    .flatMap((folder) => listed(join(root, folder)).map((entry) => (folder === "." ? entry : `${folder}/${entry}`)))
    .filter((path) => !wanted.some((artifact) => artifact.path === path))
    .filter((path) => read(join(root, path))?.split("\n", 1)[0]?.includes(`${generatedMark} from `));

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw cause;
  }
}

/** Whole files, and files of a person with their generated regions renewed. */
const wantedIn = (root: string): readonly Artifact[] => [
  ...artifacts(catalog, readFileSync(join(root, "apps/postgres/setup.sh"), "utf8")),
  ...documents.map(({ path, language }) => ({
    path,
    text: regions(catalog, language).reduce(withRegion, readFileSync(join(root, path), "utf8")),
  })),
];

/** What differs between the sources and the generated files below `root`. */
export function drift(root: string): readonly Drift[] {
  const wanted = wantedIn(root);
  return [
    ...wanted.flatMap(({ path, text }) => {
      const found = read(join(root, path));
      return found === text
        ? []
        : [{ path, patch: createTwoFilesPatch(path, `${path} (as generated)`, found ?? "", text) }];
    }),
    ...orphans(root, wanted).map((path) => ({ path, patch: `${path}: nothing generates it any more\n` })),
  ];
}

/** Makes the generated files below `root` what the sources say; gives the paths that changed. */
export function write(root: string): readonly string[] {
  const wanted = wantedIn(root);
  const gone = orphans(root, wanted);
  for (const path of gone) rmSync(join(root, path));
  const changed = wanted.filter(({ path, text }) => read(join(root, path)) !== text);
  for (const { path, text } of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return [...changed.map(({ path }) => path), ...gone];
}
