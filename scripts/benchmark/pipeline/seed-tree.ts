/** The repository of the seed: its files beside the sources of our applications. Pure. */
import { catalog } from "../../../apps/catalog.ts";
import { type SourceTree, inFolder, partOf } from "../../core/source-tree.ts";

export const seedFolder = "scripts/benchmark/seed";

const recipe = "application.dockerfile";
const flaskServer = "serve.py";
const appkit = "apps/appkit/appkit";

/** The path in the seed's repository of a file of ours. */
export const inSeed = (path: string): string => path.replace(/^apps\//u, "");

/** @throws TypeError where the seed's files are not in the tree */
export function seedTree(sources: SourceTree): SourceTree {
  const seed = inFolder(sources, seedFolder);
  const fileOf = (name: string) => {
    const file = seed.get(name);
    if (file === undefined) throw new TypeError(`${seedFolder}/${name} is not among the sources`);
    return file;
  };
  return new Map([
    ...[...seed].filter(([name]) => name !== recipe),
    ...Object.values(catalog).flatMap(({ image }) => [
      ...[...partOf(sources, [`apps/${image}`])]
        // They would change what `COPY . .` copies; the seed has none.
        .filter(([path]) => !path.endsWith("/.dockerignore"))
        .map(([path, file]) => [inSeed(path), file] as const),
      ...[...inFolder(sources, appkit)].map(([path, file]) => [`${image}/appkit/${path}`, file] as const),
      [`${image}/Dockerfile`, fileOf(recipe)] as const,
      [`${image}/${flaskServer}`, fileOf(flaskServer)] as const,
    ]),
  ]);
}
