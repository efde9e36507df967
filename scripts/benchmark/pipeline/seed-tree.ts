/** The repository of the seed: its files beside the sources of our applications. Pure. */
import { type AppName, appNames, catalog } from "../../../apps/catalog.ts";
import { type SourceTree, inFolder, partOf, sourceFile } from "../../core/source-tree.ts";
import { deployedCompose, nginxConf, testCompose } from "./seed-files.ts";

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
  const wsgiModules = wsgiModulesOf(sources);
  const generated = {
    "docker-compose.yml": deployedCompose(wsgiModules),
    "docker-compose.test.yml": testCompose(wsgiModules),
    "nginx.conf": nginxConf,
  };
  return new Map([
    ["smoke.py", fileOf("smoke.py")],
    ...Object.entries(generated).map(([name, text]) => [name, sourceFile("file", Buffer.from(text))] as const),
    ...Object.values(catalog).flatMap(({ image }) => [
      ...[...partOf(sources, [`apps/${image}`])]
        // It would change what `COPY . .` copies; the seed has none.
        .filter(([path]) => !path.endsWith("/.dockerignore"))
        .map(([path, file]) => [inSeed(path), file] as const),
      ...[...inFolder(sources, appkit)].map(([path, file]) => [`${image}/appkit/${path}`, file] as const),
      [`${image}/Dockerfile`, fileOf(recipe)] as const,
      [`${image}/${flaskServer}`, fileOf(flaskServer)] as const,
    ]),
  ]);
}

/** The modules with the WSGI applications of those that Flask serves. */
function wsgiModulesOf(sources: SourceTree): ReadonlyMap<AppName, string> {
  return new Map(
    appNames.flatMap((app) => {
      const own = inFolder(sources, `apps/${catalog[app].image}`);
      const lock = Buffer.from(own.get("requirements.txt")?.content ?? []).toString();
      const [module] = [...own.keys()].flatMap((path) => /^([^/]+)\/wsgi\.py$/u.exec(path)?.[1] ?? []);
      return /^flask==/mu.test(lock) && module !== undefined ? [[app, `${module}.wsgi`] as const] : [];
    }),
  );
}
