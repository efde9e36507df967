import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { appNames, catalog } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";
import { recordingEffects } from "../../core/recording-effects.ts";
import { readSourceTree } from "../../core/source-tree.ts";
import { pulledImages } from "../../docker/dockerfile.ts";
import { lockFiles } from "./scenarios.ts";
import { inSeed, seedFolder, seedTree } from "./seed-tree.ts";

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string };
  readonly extends?: { readonly service: string };
}
const servicesOf = (file: string) =>
  (parse(readFileSync(`${seedFolder}/${file}`, "utf8")) as { readonly services: Readonly<Record<string, Service>> })
    .services;

const sources = await readSourceTree(recordingEffects({}).fx);
const tree = seedTree(sources);

describe("the repository of the seed", () => {
  test.each(appNames)("has %s with the seed's recipe, appkit and its lock file", (app) => {
    const { image } = catalog[app];
    expect(tree.get(`${image}/Dockerfile`)).toEqual(sources.get(`${seedFolder}/application.dockerfile`));
    expect(tree.get(`${image}/manage.py`)).toEqual(sources.get(`apps/${image}/manage.py`));
    expect(tree.has(`${image}/appkit/wsgi.py`)).toBe(true);
    expect(tree.has(`${image}/.dockerignore`)).toBe(false);
    expect(tree.has(inSeed(`apps/${image}/requirements.txt`))).toBe(true);
  });

  test("has its own files, and none of our pipeline's", () => {
    const top = [...tree.keys()].filter((path) => !path.includes("/"));
    expect(top).toEqual([
      "README.md",
      "docker-compose.test.yml",
      "docker-compose.yml",
      "nginx.conf",
      "serve.py",
      "smoke.py",
    ]);
    expect(lockFiles.map(inSeed).filter((path) => !tree.has(path))).toEqual([]);
  });

  test("cannot be made without the recipe", () => expect(() => seedTree(new Map())).toThrow(TypeError));
});

describe("the compose files of the seed", () => {
  const { tests, ...tested } = servicesOf("docker-compose.test.yml");
  const deployed = servicesOf("docker-compose.yml");

  test("both have every application and the proxy", () => {
    const names = [...appNames, "reverse-proxy"].toSorted();
    expect(Object.keys(deployed).toSorted()).toEqual(names);
    expect(Object.keys(tested).toSorted()).toEqual(names);
  });

  test.each(appNames)("%s is built from its folder under the name of its image", (app) => {
    const { image } = catalog[app];
    expect(deployed[app]?.image).toBe(`\${DOCKER_USERNAME}/${image}:latest`);
    expect(deployed[app]?.build?.context).toBe(`./${image}`);
    expect(tested[app]?.extends?.service ?? app).toBe(app);
  });

  test("pull the images that our pipeline pulls", () => {
    const recipe = readFileSync(`${seedFolder}/application.dockerfile`, "utf8");
    const pulled = [tests?.image, deployed["reverse-proxy"]?.image, ...pulledImages(recipe, [])];
    expect(pulled.filter((image) => !Object.values<string | undefined>(images).includes(image))).toEqual([]);
  });
});
