import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { appNames, catalog, routed } from "../../../apps/catalog.ts";
import { images } from "../../../contract/base-images.ts";
import { recordingEffects } from "../../core/recording-effects.ts";
import { readSourceTree } from "../../core/source-tree.ts";
import { pulledImages } from "../../docker/dockerfile.ts";
import { lockFiles } from "./scenarios.ts";
import { inSeed, seedFolder, seedTree } from "./seed-tree.ts";

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string };
  readonly command?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly ports?: readonly string[];
}

const sources = await readSourceTree(recordingEffects({}).fx);
const tree = seedTree(sources);
const textOf = (path: string): string => Buffer.from(tree.get(path)?.content ?? []).toString();
const servicesOf = (file: string) =>
  (parse(textOf(file)) as { readonly services: Readonly<Record<string, Service>> }).services;

describe("the repository of the seed", () => {
  test.each(appNames)("has %s with the seed's recipe, appkit and its lock file", (app) => {
    const { image } = catalog[app];
    expect(tree.get(`${image}/Dockerfile`)).toEqual(sources.get(`${seedFolder}/application.dockerfile`));
    expect(tree.get(`${image}/manage.py`)).toEqual(sources.get(`apps/${image}/manage.py`));
    expect(tree.has(`${image}/appkit/wsgi.py`)).toBe(true);
    expect(tree.has(`${image}/.dockerignore`)).toBe(false);
    expect(tree.has(inSeed(`apps/${image}/requirements.txt`))).toBe(true);
  });

  test("has nothing of our pipeline", () => {
    const top = new Set([...tree.keys()].map((path) => path.split("/")[0] ?? ""));
    const own = ["smoke.py", "docker-compose.yml", "docker-compose.test.yml", "nginx.conf"];
    expect([...top].toSorted()).toEqual([...own, ...Object.values(catalog).map(({ image }) => image)].toSorted());
    expect(lockFiles.map(inSeed).filter((path) => !tree.has(path))).toEqual([]);
  });

  test("cannot be made without the recipe", () => expect(() => seedTree(new Map())).toThrow(TypeError));
});

describe("the compose files of the seed", () => {
  const { tests, ...tested } = servicesOf("docker-compose.test.yml");
  const deployed = servicesOf("docker-compose.yml");

  test.each([deployed, tested])("have every application and the proxy", (services) =>
    expect(Object.keys(services).toSorted()).toEqual([...appNames, "reverse-proxy"].toSorted()),
  );

  test.each(appNames)("%s is built from its folder under the name of its image", (app) => {
    const { image } = catalog[app];
    for (const services of [deployed, tested]) {
      expect(services[app]?.image).toBe(`\${DOCKER_USERNAME}/${image}:latest`);
      expect(services[app]?.build?.context).toBe(`./${image}`);
    }
  });

  test("have no more containers than the seed has: one application at most has replicas", () => {
    const replicated = Object.keys(tested).filter((app) => tested[app]?.deploy !== undefined);
    expect(replicated).toEqual(appNames.filter((app) => catalog[app].replicas > 1).slice(0, 1));
  });

  test("start what Django cannot run by its module", () => {
    const commands = Object.values(tested).flatMap(({ command }) => (command ? [command.at(-1) ?? ""] : []));
    const onFlask = lockFiles.filter((path) => /^flask==/mu.test(textOf(inSeed(path))));
    expect(commands).toHaveLength(onFlask.length);
    const exists = (module: string) =>
      [...tree.keys()].some((path) => path.endsWith(`/${module.replace(".", "/")}.py`));
    expect(commands.filter((module) => !exists(module))).toEqual([]);
  });

  test("publish no port of a test", () =>
    expect(Object.values({ ...tested, tests }).filter((service) => service?.ports !== undefined)).toEqual([]));

  test("visit every application", () => expect(tests?.command?.slice(2)).toHaveLength(appNames.length));

  test("pull the images that our pipeline pulls", () => {
    const recipe = textOf(`${catalog[appNames[0] as (typeof appNames)[number]].image}/Dockerfile`);
    const pulled = [tests?.image, deployed["reverse-proxy"]?.image, ...pulledImages(recipe, [])];
    expect(pulled.filter((image) => !Object.values<string | undefined>(images).includes(image))).toEqual([]);
  });
});

test.each(routed(catalog))("nginx passes %s on", (app, { route, port }) =>
  expect(textOf("nginx.conf")).toContain(`location ${route} {\n            proxy_pass http://${app}:${port}/;`),
);
