/** One byte of a file: which proofs no longer hold. */
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { images } from "../../contract/base-images.ts";
import type { Digest } from "../../contract/digests.ts";
import { type Work, works } from "../../contract/proof.ts";
import { type SourceTree, readSourceTree, sourceFile } from "../core/source-tree.ts";
import { recordingEffects } from "../core/recording-effects.ts";
import { digestOf } from "../oci/layout.ts";
import { inputsDigest } from "./inputs-digest.ts";
import { type WorkInputs, applicationInputs, checkInputs, integrationInputs } from "./work-inputs.ts";

const digest = (text: string): Digest => digestOf(Buffer.from(text));
const read = (path: string): string => readFileSync(path, "utf8");

const sources = await readSourceTree(recordingEffects({}).fx);

const built = Object.fromEntries(appNames.map((app) => [app, digest(app)]));
const inputsFor = (work: Work, images_ = built): WorkInputs =>
  work === "check"
    ? checkInputs
    : work === "integration"
      ? integrationInputs(images_, read)
      : applicationInputs(work, read);
const usual = new Map(works.map((work) => [work, inputsFor(work)]));
const versions = { engine: "29.0.0", node: "v24.0.0" };

interface World {
  readonly tree?: SourceTree;
  readonly base?: (reference: string) => Digest | undefined;
  readonly images?: typeof built;
  readonly version?: Partial<typeof versions>;
  readonly processor?: string;
}
function digestIn(work: Work, world: World = {}): Digest | undefined {
  const { tree = sources, base = digest, processor = "x64" } = world;
  const inputs = world.images === undefined ? usual.get(work)! : inputsFor(work, world.images);
  const bases = Object.fromEntries(inputs.pulled.map((reference) => [reference, base(reference)]));
  return inputsDigest(inputs, tree, bases, { version: { ...versions, ...world.version }[inputs.runsOn], processor });
}
const before = new Map(works.map((work) => [work, digestIn(work)]));
/** The pieces of work whose proofs no longer hold. */
const fallen = (world: World): readonly Work[] => works.filter((work) => digestIn(work, world) !== before.get(work));

const changed = (path: string): SourceTree => {
  const file = sources.get(path);
  if (file === undefined) throw new Error(`${path} is no source`);
  return new Map([...sources, [path, sourceFile(file.kind, Buffer.concat([file.content, Buffer.from(" ")]))]]);
};

/** Of many applications a few: each is compared with all, so that the time grows with the square of their number. */
const someApps = appNames.slice(0, 8);

/** Files of an application that exist, and what is done again after each. */
function ofApplication(app: AppName): readonly { readonly path: string; readonly again: readonly Work[] }[] {
  const folder = `apps/${catalog[app].image}`;
  const examples: readonly { readonly like: RegExp; readonly again: readonly Work[] }[] = [
    { like: /\/templates\/.*\.html$/u, again: [app] },
    { like: /\/tests\/conftest\.py$/u, again: [app, "check"] },
    { like: /\/requirements\.txt$/u, again: [app, "check"] },
    { like: /\/Dockerfile$/u, again: [app, "check"] },
    { like: /\/package-lock\.json$/u, again: [app, "check"] },
  ];
  return examples.flatMap(({ like, again }) => {
    const path = [...sources.keys()].find((one) => one.startsWith(`${folder}/`) && like.test(one));
    return path === undefined ? [] : [{ path, again }];
  });
}

describe("after one byte of a file has changed, these are done again:", () => {
  test.each<{ readonly path: string; readonly again: readonly Work[] }>([
    { path: "README.md", again: ["check"] },
    { path: "docs/pipeline.md", again: ["check"] },
    ...someApps.flatMap((app) => ofApplication(app)),
    { path: "apps/appkit/devkit/verify.py", again: [...appNames, "integration", "check"] },
    { path: "apps/postgres/setup.sh", again: ["integration", "check"] },
    { path: "nginx.conf", again: ["integration", "check"] },
    { path: "landing.html", again: ["integration", "check"] },
    { path: "docker-compose.test.yml", again: ["integration", "check"] },
    { path: "docker-compose.yml", again: ["check"] },
    { path: "tests/integration/crawl.test.ts", again: ["integration", "check"] },
    { path: "tests/package-lock.json", again: ["integration", "check"] },
    { path: "scripts/docker/buildx.ts", again: [...appNames, "integration", "check"] },
    { path: "scripts/chaos/scenarios.ts", again: ["integration", "check"] },
    { path: "scripts/rollout/ssh.ts", again: ["check"] },
    { path: "contract/base-images.ts", again: [...appNames, "integration", "check"] },
    { path: "package-lock.json", again: [...appNames, "integration", "check"] },
    { path: ".node-version", again: [...appNames, "integration", "check"] },
  ])("$path", ({ path, again }) => expect(fallen({ tree: changed(path) })).toEqual(again));

  test("the executable bit", () => {
    const file = sources.get("apps/postgres/setup.sh");
    const tree = new Map([...sources, ["apps/postgres/setup.sh", { ...file!, kind: "file" as const }]]);
    expect(file?.kind).toBe("executable");
    expect(fallen({ tree })).toEqual(["integration", "check"]);
  });

  test("a new page, to which a document may link", () =>
    expect(
      fallen({ tree: new Map([...sources, ["apps/appkit/new.html", sourceFile("file", Buffer.from(""))]]) }),
    ).toContain("check"));

  test("a new file", () =>
    expect(
      fallen({
        tree: new Map([...sources, ["apps/appkit/appkit/new.py", sourceFile("file", Buffer.from(""))]]),
      }),
    ).toEqual([...appNames, "integration", "check"]));
});

describe("beside files", () => {
  test.each([
    [images.application, appNames],
    [images.database, [...appNames, "integration"]],
    [images.proxy, ["integration"]],
    [images.stripeMock, ["integration"]],
    [images.tests, ["integration"]],
    ["no image of ours", []],
  ])("the base image %s", (reference, again) =>
    expect(
      fallen({ base: (one) => digest(one === reference ? "renewed" : one) }).filter((work) => work !== "check"),
    ).toEqual(images.application === reference ? expect.arrayContaining([...again]) : again),
  );
  test("an image of an application", () =>
    expect(fallen({ images: { ...built, [appNames[0]!]: digest("renewed") } })).toEqual(["integration"]));
  test("the engine", () => expect(fallen({ version: { engine: "30.0.0" } })).toEqual([...appNames, "integration"]));
  test("Node", () => expect(fallen({ version: { node: "v25.0.0" } })).toEqual(["check"]));
  test("an engine whose version is unknown leaves its work without a name", () =>
    expect(digestIn("integration", { version: { engine: "" } })).toBeUndefined());
  test("the processor", () => expect(fallen({ processor: "arm64" })).toEqual([...works]));
  test("an image whose digest is unknown leaves the work without a name", () => {
    for (const work of works.filter((one) => usual.get(one)!.pulled.length > 0))
      expect(digestIn(work, { base: () => undefined })).toBeUndefined();
  });
});

/** Several files of applications and of the documentation at once, each with an edit. */
const edits = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom(...[...sources.keys()].filter((path) => ownersOf(path).length > 0 || path.startsWith("docs/"))),
    fc.constantFrom("changed", "removed", "made executable or not", "joined by a new file"),
  ),
  { selector: ([path]) => path, minLength: 1, maxLength: 3 },
);

function ownersOf(path: string): readonly AppName[] {
  return appNames.filter((app) => path.startsWith(`apps/${catalog[app].image}/`));
}

/** The sources after the edits. */
function edited(all: readonly (readonly [string, string])[]): SourceTree {
  const tree = new Map(sources);
  for (const [path, edit] of all) {
    const file = sources.get(path)!;
    if (edit === "changed") tree.set(path, sourceFile(file.kind, Buffer.concat([file.content, Buffer.from(" ")])));
    if (edit === "removed") tree.delete(path);
    if (edit === "made executable or not")
      tree.set(path, { ...file, kind: file.kind === "executable" ? "file" : "executable" });
    if (edit === "joined by a new file") tree.set(`${path}.new`, file);
  }
  return tree;
}

test("after any edits of files that an image may copy, exactly the applications of these files are built again", () => {
  fc.assert(
    fc.property(edits, (all) => {
      const tree = edited(all);
      const owners = new Set(all.flatMap(([path]) => ownersOf(path)));
      expect(appNames.filter((app) => digestIn(app, { tree }) !== before.get(app))).toEqual(
        appNames.filter((app) => owners.has(app)),
      );
    }),
    // As many digests as 200 runs compute for five applications.
    { numRuns: Math.min(200, Math.ceil(1000 / appNames.length)) },
  );
});
