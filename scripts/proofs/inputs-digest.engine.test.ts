/** Images that are really built: two of them differ only if the digests of their inputs differ. */
import fc from "fast-check";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import type { Digest } from "../../contract/digests.ts";
import { createEffects } from "../core/effects.ts";
import { disk } from "../core/files.ts";
import { type SourceTree, readSourceTree, sourceFile } from "../core/source-tree.ts";
import { buildContextOf } from "../docker/build-context.ts";
import { buildx, builderFor } from "../docker/buildx.ts";
import { runningEngine } from "../engine/engine.ts";
import { readLayout } from "../oci/layout.ts";
import { imageDigests } from "./image-digests.ts";
import { inputsDigest } from "./inputs-digest.ts";
import { applicationInputs } from "./work-inputs.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
const app = appNames[0]!;
const own = `apps/${catalog[app].image}/`;
const inputs = applicationInputs(app, (path) => readFileSync(path, "utf8"));
const changes = 4;

let folder: string;
let builder: string;
let sources: SourceTree;
let digests: Readonly<Record<string, Digest | undefined>>;

async function imageOf(tree: SourceTree): Promise<Digest> {
  const to = mkdtempSync(join(folder, "image-"));
  await fx.run(buildx.layout({ ...buildContextOf(app, tree, fx), builder }, to), { title: `image of ${app}` });
  return (await readLayout(to, disk)).digest;
}
const nameOf = (tree: SourceTree) => inputsDigest(inputs, tree, digests, { version: "29", processor: process.arch });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wmd-inputs-"));
  const engine = await runningEngine(fx);
  builder = await builderFor(engine ?? { containerdStore: true }, fx);
  sources = await readSourceTree(fx);
  digests = await imageDigests(inputs.pulled, fx);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The files in another folder, as a checkout under another umask writes them, with files that git ignores. */
function checkout(fileMode: number, folderMode: number): string {
  const root = mkdtempSync(join(folder, "checkout-"));
  for (const [path, { kind }] of sources) {
    if (kind === "link") continue;
    const copy = join(root, path);
    mkdirSync(dirname(copy), { recursive: true, mode: folderMode });
    chmodSync(dirname(copy), folderMode);
    cpSync(path, copy);
    chmodSync(copy, kind === "executable" ? fileMode | 0o111 : fileMode);
  }
  writeFileSync(join(root, own, "ignored.pyc"), "ignored");
  return root;
}

test("the image is the same under every umask, and without the files that git ignores", async () => {
  const image = await imageOf(sources);
  const root = checkout(0o664, 0o775);
  await fx.output(["git", "-C", root, "init", "--quiet"]);
  const other = await readSourceTree(fx, root);
  expect(nameOf(other)).toBe(nameOf(sources));
  expect(await imageOf(other)).toBe(image);
});

test(`after each of ${changes} generated changes, another image has another digest of its inputs`, async () => {
  const image = await imageOf(sources);
  const ours = [...sources.keys()].filter(
    (path) => [own, "apps/appkit/"].some((start) => path.startsWith(start)) && path.endsWith(".py"),
  );
  const changed = fc.sample(fc.tuple(fc.constantFrom(...ours, "README.md"), fc.stringMatching(/^[a-z]{8}$/u)), {
    numRuns: changes,
    seed: 12,
  });
  for (const [path, word] of changed) {
    const content = Buffer.concat([sources.get(path)?.content ?? Buffer.from(""), Buffer.from(`\n# ${word}\n`)]);
    const tree = new Map([...sources, [path, sourceFile("file", content)]]);
    if ((await imageOf(tree)) !== image) expect(nameOf(tree), path).not.toBe(nameOf(sources));
  }
  const template = [...sources.keys()].find((path) => path.startsWith(own) && path.endsWith(".html"))!;
  const visible = new Map([...sources, [template, sourceFile("file", Buffer.from("other"))]]);
  expect(await imageOf(visible)).not.toBe(image);
  expect(nameOf(visible)).not.toBe(nameOf(sources));
});
