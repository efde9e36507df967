/** The generated files as files: their rules, their drift, and what a sixth application inputs. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type AppSpec, type Catalog, catalog } from "../apps/catalog.ts";
import type * as Artifacts from "./artifacts.ts";
import { artifacts, documents, generatedMark } from "./artifacts.ts";
import { catalogFindings } from "./catalog-rules.ts";
import { drift, write } from "./synth.ts";

const setup = "apps/postgres/setup.sh";
const readmes = documents.map(({ path }) => path);
const sixth: AppSpec = {
  image: "sixth-image",
  title: "Sixth <&>",
  summary: "One more.",
  port: 8000,
  route: "/sixth/",
  publishedPort: 9006,
  replicas: 2,
  threads: 4,
  tests: ["test"],
};
const withSixth = (changes: Partial<AppSpec> = {}, name = "sixth"): Catalog => ({
  ...catalog,
  [name]: { ...sixth, ...changes },
});

describe("rules of the catalog", () => {
  test("ours keeps them, and so does a sixth", () => {
    expect(catalogFindings(catalog)).toEqual([]);
    expect(catalogFindings(withSixth())).toEqual([]);
    expect(catalogFindings(withSixth({ route: "/two/parts/" }))).toEqual([]);
  });

  test.each<[string, Catalog]>([
    [
      "sixth: publishedPort 9001 is already that of docs-django-react; choose another",
      withSixth({ publishedPort: 9001 }),
    ],
    [
      "sixth: route /rocket-ecommerce/ is already that of rocket-ecommerce; choose another",
      withSixth({ route: "/rocket-ecommerce/" }),
    ],
    [
      "sixth: image rocket-ecommerce is already that of rocket-ecommerce; choose another",
      withSixth({ image: "rocket-ecommerce" }),
    ],
    ['sixth: the route "/Sixth/" must begin and end with a slash, such as "/sixth/"', withSixth({ route: "/Sixth/" })],
    ['sixth: the route "/" must begin and end with a slash, such as "/sixth/"', withSixth({ route: "/" as "/x/" })],
    ['sixth: the route "//" must begin and end with a slash, such as "/sixth/"', withSixth({ route: "//" })],
    ["Sixth: a name is lower-case letters, digits and dashes", withSixth({}, "Sixth")],
    ["sixth_app: a name is lower-case letters, digits and dashes", withSixth({}, "sixth_app")],
    ["sixth: publishedPort 9000 is not between 9001 and 9099", withSixth({ publishedPort: 9000 })],
    ["sixth: publishedPort 80 is not between 9001 and 9099", withSixth({ publishedPort: 80 })],
    ["sixth: port 9100 is where it tells Prometheus; take another", withSixth({ port: 9100 })],
    ["sixth: replicas is 0; at least 1", withSixth({ replicas: 0 })],
    ["sixth: only one replica can hold the host's port 9006; give it a route", withSixth({ route: null })],
    [
      "the replicas need 188 connections during a roll, and Postgres has 180: take fewer threads or replicas",
      withSixth({ replicas: 10 }),
    ],
    [
      "the replicas need 192 connections during a roll, and Postgres has 180: take fewer threads or replicas",
      withSixth({ replicas: 6, moreConnections: 3 }),
    ],
  ])("%s", (finding, bad) => {
    expect(catalogFindings(bad)).toEqual([finding]);
    expect(() => artifacts(bad, "")).toThrow(`apps/catalog.ts:\n  ${finding}`);
  });

  test("all findings are told at once", () => {
    expect(catalogFindings(withSixth({ publishedPort: 9001, image: "rocket-ecommerce" }))).toHaveLength(2);
  });
});

test("each file says what it is generated from, and what that is exists", () => {
  for (const { path, text } of artifacts(catalog, "")) {
    const [first] = text.split("\n");
    expect(`${path}: ${first}`).toContain(generatedMark);
    for (const [source] of first!.matchAll(/[\w/-]+\.ts/gu)) expect(existsSync(source)).toBe(true);
  }
});

test("compiling is deterministic, and needs nothing but its arguments", () => {
  expect(artifacts(catalog, "a")).toEqual(artifacts(structuredClone(catalog), "a"));
  const changed = artifacts(catalog, "b").filter(({ text }, index) => text !== artifacts(catalog, "a")[index]?.text);
  expect(changed.map(({ path }) => path)).toEqual(["stack.yml"]);
});

describe("on disk", () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const paths = artifacts(catalog, "").map(({ path }) => path);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "artifacts-"));
    for (const path of [setup, ...readmes]) put(path, readFileSync(path, "utf8"));
    write(root);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("what was written has no drift, and is not written again", () => {
    expect(drift(root)).toEqual([]);
    expect(write(root)).toEqual([]);
  });

  test("it is what is committed", () => {
    for (const path of [...paths, ...readmes])
      expect(readFileSync(path, "utf8"), path).toBe(readFileSync(at(path), "utf8"));
  });

  test.each(paths)("an edited %s is shown as a patch, and put back", (path) => {
    put(path, `${readFileSync(at(path), "utf8")}# by hand\n`);
    const found = drift(root);
    expect(found.map((one) => one.path)).toEqual([path]);
    expect(found[0]?.patch).toContain("\n-# by hand\n");
    expect(write(root)).toEqual([path]);
    expect(drift(root)).toEqual([]);
  });

  test("a missing file is drift, and comes back", () => {
    rmSync(at("nginx.conf"));
    expect(drift(root).map(({ path }) => path)).toEqual(["nginx.conf"]);
    expect(write(root)).toEqual(["nginx.conf"]);
  });

  test("an orphan of ours goes", () => {
    const orphan = ".github/workflows/old.yml";
    put(orphan, `# ${generatedMark} from workflows-src/old.ts: edit that, not this.\non: push\n`);
    expect(drift(root)).toEqual([{ path: orphan, patch: `${orphan}: nothing generates it any more\n` }]);
    expect(write(root)).toEqual([orphan]);
    expect(existsSync(at(orphan))).toBe(false);
  });

  test.each([
    [".github/workflows/mine.yml", "name: Mine\non: push\n"],
    [
      ".github/workflows/about.yml",
      `name: About\n${"# a long comment of a person\n".repeat(10)}# it says: ${generatedMark}\n`,
    ],
    ["docker-compose.override.yml", "services: {}\n"],
    ["NOTES.md", `# Notes\n${generatedMark} from what the sources say\n`],
    ["quoted.yml", `# ${generatedMark}\non: push\n`],
    ["docs/notes.md", `${generatedMark} from nowhere\n`],
  ])("%s, written by hand, is never touched", (path, text) => {
    put(path, text);
    expect(drift(root)).toEqual([]);
    expect(write(root)).toEqual([]);
    expect(readFileSync(at(path), "utf8")).toBe(text);
  });

  test.each(documents)("$path: a generated table is renewed, and no word beside it", ({ path }) => {
    const text = readFileSync(at(path), "utf8");
    const [row] = text.match(/^\| rocket-ecommerce .*$/mu)!;
    put(path, `${text.replace(row, "| by hand |")}\nby hand\n`);
    expect(drift(root).map((one) => one.path)).toEqual([path]);
    expect(write(root)).toEqual([path]);
    expect(readFileSync(at(path), "utf8")).toBe(`${text}\nby hand\n`);
  });

  test("a hand-written file in the place of a generated one is shown before it is replaced", () => {
    put("stack.yml", "services: {}\n");
    expect(drift(root)[0]?.patch).toContain("\n-services: {}\n");
  });
});

describe("a sixth application", () => {
  // In the repository, so that its copies find the packages.
  const copy = `.pipeline/sixth-${process.pid}`;
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  test("is one entry of the catalog: every artifact but one follows", async () => {
    for (const folder of ["contract", "workflows-src"]) cpSync(folder, join(copy, folder), { recursive: true });
    const entry = `\n  "sixth": ${JSON.stringify(sixth)},\n} as const satisfies`;
    mkdirSync(join(copy, "apps"), { recursive: true });
    writeFileSync(
      join(copy, "apps/catalog.ts"),
      readFileSync("apps/catalog.ts", "utf8").replace("\n} as const satisfies", entry),
    );

    const theirs = (await import(join(process.cwd(), copy, "workflows-src/artifacts.ts"))) as typeof Artifacts;
    const theirCatalog = ((await import(join(process.cwd(), copy, "apps/catalog.ts"))) as { catalog: Catalog }).catalog;
    const made = Object.fromEntries(theirs.artifacts(theirCatalog, "").map(({ path, text }) => [path, text]));

    const services = (path: string): readonly string[] =>
      Object.keys((parse(made[path]!) as { services: object }).services);
    for (const path of ["docker-compose.yml", "docker-compose.test.yml", "stack.yml"])
      expect(services(path)).toEqual(expect.arrayContaining(["sixth", "sixth-prepare"]));
    expect(parse(made[".github/workflows/redeploy.yml"]!)).toMatchObject({
      on: { workflow_dispatch: { inputs: { app: { options: expect.arrayContaining(["sixth"]) as string[] } } } },
    });
    expect(made["nginx.conf"]).toContain("server sixth:8000 resolve");
    expect(made["nginx.conf"]).toContain("listen 9006;");
    expect(made["landing.html"]).toContain('<a href="/sixth/">\n<h2>Sixth &lt;&amp;&gt;</h2>');
    expect(made["docker-compose.test.yml"]).toMatch(/^ {6}sixth:\n {8}condition: service_healthy$/mu);
    // A matrix is over what `plan` says at run time.
    expect(made[".github/workflows/ci-cd.yml"]).toBe(readFileSync(".github/workflows/ci-cd.yml", "utf8"));
  });

  test("is named nowhere else: no source but the catalog names an application", () => {
    const sources = ["scripts", "workflows-src"].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|^model-programs\.ts$/u.test(name))
        .map((name) => join(folder, name)),
    );
    const written = Object.keys(catalog).filter((name) =>
      sources.some((path) => readFileSync(path, "utf8").includes(`"${name}"`)),
    );
    expect(written).toEqual([]);
  });
});
