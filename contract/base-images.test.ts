/** Every Dockerfile, compose file and stack uses the images of the table, and each entry of the table is used. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { pulledImages } from "../scripts/docker/dockerfile.ts";
import { standIns } from "../scripts/engine/stand-in.ts";
import { grafanaImage, images } from "./base-images.ts";

const table: readonly string[] = [...Object.values(images), grafanaImage];

/** The names of `--build-context` and `additional_contexts`: folders, not images. */
const buildContexts = ["appkit", "program"];

const pulledBy = (dockerfile: string): readonly string[] => pulledImages(dockerfile, buildContexts);

interface Service {
  readonly image: string;
  readonly build?: object;
}

/** The images of a compose file or a stack, without those that it builds, and without the applications'. */
const runBy = (file: string): readonly string[] =>
  Object.values((parse(file) as { readonly services: Readonly<Record<string, Service>> }).services)
    .filter(({ image, build }) => build === undefined && !image.startsWith("${IMAGE_"))
    .map(({ image }) => image);

const text = (path: string): string => readFileSync(path, "utf8");
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));

const dockerfiles = ["apps", "scripts", "tests", "tools"]
  .flatMap(filesBelow)
  .filter((path) => /(?:^|\/)Dockerfile$/u.test(path));
const stacks = ["docker-compose.yml", "docker-compose.test.yml", "stack.yml"];

/** The message of a failure. */
const remedy =
  "the image is not in contract/base-images.ts: if a bot changed it, run `npm run actions -- --adopt`, which takes it over";

test.each(dockerfiles)("%s pulls images of the table only", (path) => {
  expect(
    pulledBy(text(path)).filter((image) => !table.includes(image)),
    remedy,
  ).toEqual([]);
});

test.each(stacks)("%s runs images of the table only", (path) => {
  expect(runBy(text(path))).not.toEqual([]);
  expect(
    runBy(text(path)).filter((image) => !table.includes(image)),
    remedy,
  ).toEqual([]);
});

test("every image of the table is pulled, run, or named by a source", () => {
  const used = new Set([...dockerfiles.map(text).flatMap(pulledBy), ...stacks.map(text).flatMap(runBy)]);
  const sources = ["scripts", "workflows-src", "tests"].flatMap(filesBelow).filter((path) => path.endsWith(".ts"));
  const code = sources.map(text).join("\n");
  const unused = Object.entries(images).filter(
    ([name, image]) => !used.has(image) && !new RegExp(`\\bimages\\.${name}\\b`, "u").test(code),
  );
  expect(unused).toEqual([]);
  expect([...used]).toContain(grafanaImage);
});

test("each image but Grafana's has a stand-in, and no other image has one", () => {
  expect(Object.keys(standIns).toSorted()).toEqual(Object.values(images).toSorted());
});

describe("the images that a Dockerfile pulls", () => {
  test.each([
    ["FROM python:3.14-alpine\n", ["python:3.14-alpine"]],
    ["from --platform=linux/amd64 node:24 as assets\nFROM assets\n", ["node:24"]],
    ["FROM one:1 AS base\nFROM base AS other\nCOPY --from=base /a /b\nCOPY --from=0 /a /b\n", ["one:1"]],
    ["FROM scratch\nCOPY --from=appkit a b\nCOPY --chown=1:1 --from=busybox:1 /a /b\n", ["busybox:1"]],
    ["FROM scratch\nADD \\\n  --from=busybox:1 /a /b\n", ["busybox:1"]],
    ["FROM scratch\nRUN --mount=type=bind,from=tool:1,target=/t --mount=type=bind,from=appkit true\n", ["tool:1"]],
    ["FROM scratch\nCOPY --from=later /a /b\nFROM one:1 AS later\n", ["later", "one:1"]],
    ["ARG BASE=one:1\nFROM ${BASE}\n", ["${BASE}"]],
    ["# syntax=docker/dockerfile:1\n# FROM comment:1\nFROM scratch\n", ["docker/dockerfile:1"]],
  ])("%j", (dockerfile, expected) => expect(pulledBy(dockerfile)).toEqual(expected));
});
