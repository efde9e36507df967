/** One application more is one entry of the catalog: everything generated follows, and nothing else names an application. */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Catalog, appNames } from "../apps/catalog.ts";
import type * as Artifacts from "./artifacts.ts";
import { another, anotherName, neighborName, withAnother } from "./testing/another-application.ts";

// Inside the repository, so that the copies find the packages.
const copy = `.pipeline/another-${process.pid}`;
afterEach(() => rmSync(copy, { recursive: true, force: true }));

test("an entry of the catalog adds an application to every generated file", async () => {
  for (const folder of ["contract", "workflows-src"]) cpSync(folder, join(copy, folder), { recursive: true });
  mkdirSync(join(copy, "apps"), { recursive: true });
  // In place of the present applications, which may leave no connection to Postgres for one more.
  writeFileSync(
    join(copy, "apps/catalog.ts"),
    readFileSync("apps/catalog.ts", "utf8").replace(
      /(?<=catalog = \{\n).*(?=\n\} as const satisfies)/su,
      Object.entries(withAnother())
        .map(([name, app]) => `"${name}": ${JSON.stringify(app)},`)
        .join("\n"),
    ),
  );

  const { artifacts } = (await import(join(process.cwd(), copy, "workflows-src/artifacts.ts"))) as typeof Artifacts;
  const { catalog } = (await import(join(process.cwd(), copy, "apps/catalog.ts"))) as { catalog: Catalog };
  const files = Object.fromEntries(artifacts(catalog, { setup: "", start: "" }).map(({ path, text }) => [path, text]));

  const services = (path: string): readonly string[] =>
    Object.keys((parse(files[path]!) as { services: object }).services);
  for (const path of ["docker-compose.yml", "docker-compose.test.yml", "stack.yml"])
    expect(services(path)).toEqual(
      expect.arrayContaining([anotherName, neighborName].flatMap((name) => [name, `${name}-prepare`])),
    );
  expect(parse(files[".github/workflows/redeploy.yml"]!)).toMatchObject({
    on: {
      workflow_dispatch: {
        inputs: { app: { options: expect.arrayContaining([anotherName, neighborName]) as string[] } },
      },
    },
  });
  expect(files["nginx.conf"]).toContain(`server ${anotherName}:${another.port} resolve`);
  expect(files["nginx.conf"]).toContain(`listen ${another.publishedPort} `);
  expect(files["landing.html"]).toContain(`<a href="${another.route}">\n<h2>Another &lt;&amp;&gt;</h2>`);
  expect(files["docker-compose.test.yml"]).toMatch(
    new RegExp(`^ {6}${anotherName}:\\n {8}condition: service_healthy$`, "mu"),
  );
  // The pipeline's matrix is an output of the plan job, so its workflow names no application but for the keys of shops.
  const keys = /^ *STRIPE_\w+: .*\n/gmu;
  expect(files[".github/workflows/ci-cd.yml"]).toBe(
    readFileSync(".github/workflows/ci-cd.yml", "utf8").replaceAll(keys, ""),
  );
});

describe("no file names an application, except", () => {
  /** Whole words, so that the image `ecommerce-flask-stripe` does not count as the application `ecommerce-flask`. */
  const namedOf = (names: readonly string[], text: string): readonly string[] =>
    names.filter((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "u").test(text));

  /** A name of one word, such as `shop`, is a word that sources use for other things, too. */
  const distinctive = appNames.filter((name) => name.includes("-"));
  const named = (text: string): readonly string[] => namedOf(distinctive, text);

  const filesBelow = (folder: string): readonly string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name));

  const naming = (paths: readonly string[]): readonly string[] =>
    paths.filter((path) => named(readFileSync(path, "utf8")).length > 0);

  test("the catalog, unit tests and their fixtures in folders named testing", () => {
    const sources = ["contract", "scripts", "tests/documentation", "tools", "workflows-src"].flatMap(filesBelow);
    const examples = /\.test\.ts$|\/testing\//u;
    expect(sources.length).toBeGreaterThan(100);
    expect(naming(sources.filter((path) => !examples.test(path)))).toEqual([]);
  });

  test("the drivers of the integration tests", () => {
    const drivers = naming(filesBelow("tests").filter((path) => !path.startsWith("tests/documentation/")));
    expect(drivers.filter((path) => !path.startsWith("tests/integration/drivers/"))).toEqual([]);
    expect(drivers.length > 0).toBe(distinctive.length > 0);
  });

  test.each(appNames)("%s is found in every notation", (name) => {
    for (const text of [`"${name}"`, `'${name}'`, `"/${name}/"`, `- ${name}\n`, `wmd/${name}:latest`])
      expect(namedOf([name], text)).toEqual([name]);
    for (const text of [`${name}-prepare`, `my-${name}`]) expect(namedOf([name], text)).toEqual([]);
  });
});
