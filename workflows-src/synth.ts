/** Writes every generated file, or compares it with its sources; removes generated files that have no source any more. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { catalog } from "../apps/catalog.ts";
import { type Artifact, artifacts, documents, generatedMark, requireNone, withRegion } from "./artifacts.ts";
import { fileFindings } from "./catalog/files.ts";
import { networkNotice } from "./catalog/together.ts";

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

/** Generated files without a source, in the two folders that hold generated files: the root and the workflows. */
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

/** About the present catalog: no defect, and worth knowing. */
export const notice = (): string | undefined => networkNotice(catalog);

/** The generated files, and the hand-written files with their generated regions. */
function wantedIn(root: string): readonly Artifact[] {
  requireNone(fileFindings(catalog, (path) => read(join(root, path))));
  return [
    ...artifacts(catalog, {
      setup: readFileSync(join(root, "apps/postgres/setup.sh"), "utf8"),
      start: readFileSync(join(root, "apps/reverse-proxy/start.sh"), "utf8"),
    }),
    ...documents.map(({ path, regions }) => ({
      path,
      text: regions(catalog).reduce(withRegion, readFileSync(join(root, path), "utf8")),
    })),
  ];
}

/** The differences between the generated files below `root` and what their sources generate. */
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

/** Writes and removes generated files below `root` until there is no drift. Returns the paths that changed. */
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
