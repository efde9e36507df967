/** renovate.json finds every pin in its source, and its edits of the source and of the copies leave no drift. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalog } from "../apps/catalog.ts";
import { grafanaImage, images } from "../contract/base-images.ts";
import { recordingEffects } from "../scripts/core/recording-effects.ts";
import { readSourceTree } from "../scripts/core/source-tree.ts";
import { documents, generatedMark } from "./artifacts.ts";
import { type Action, actions } from "./language/actions.ts";
import { runner } from "./language/library.ts";
import type * as Synth from "./synth.ts";

interface Renovate {
  readonly customManagers: readonly {
    readonly description: string;
    readonly managerFilePatterns: readonly string[];
    readonly matchStrings: readonly string[];
  }[];
}

const { customManagers } = JSON.parse(readFileSync("renovate.json", "utf8")) as Renovate;
const sources = await readSourceTree(recordingEffects({}).fx);
const text = (path: string): string => readFileSync(path, "utf8");
const generated = [...sources.keys()].filter((path) =>
  sources.get(path)?.content.toString().split("\n", 1)[0]?.includes(`${generatedMark} from `),
);

/** A pattern between slashes is a regular expression. */
const fileOf = (pattern: string): readonly string[] => {
  const expression = new RegExp(/^\/(.+)\/$/u.exec(pattern)?.[1] ?? "never", "u");
  return [...sources.keys()].filter((path) => expression.test(path));
};

interface Pin {
  readonly depName?: string;
  readonly currentValue?: string;
  readonly currentDigest?: string;
}
const custom = customManagers.map(({ description, managerFilePatterns, matchStrings }) => ({
  description,
  files: managerFilePatterns.flatMap(fileOf),
  expressions: matchStrings.map((written) => new RegExp(written, "gu")),
}));
const [ofActions, ofRunner, ofImages] = custom.map(({ files, expressions }): readonly Pin[] =>
  files.flatMap((file) =>
    expressions.flatMap((one) => [...text(file).matchAll(one)].map(({ groups }) => ({ ...groups }))),
  ),
);
const image = (reference: string): Pin => {
  const [depName = "", currentValue = ""] = reference.split(":");
  return { depName, currentValue };
};

describe("the bot finds in the sources", () => {
  test("each action once", () => {
    const pinned = Object.values<Action>(actions).map(({ repository, version, commit }) =>
      JSON.stringify({ depName: repository, currentValue: version, currentDigest: commit }),
    );
    expect(ofActions?.map((pin) => JSON.stringify(pin)).toSorted()).toEqual([...new Set(pinned)].toSorted());
  });
  test("the runner once", () => {
    const [depName, currentValue] = runner.split("-");
    expect(ofRunner).toEqual([{ depName, currentValue }]);
  });
  test("each image once", () => expect(ofImages).toEqual([...Object.values(images), grafanaImage].map(image)));

  test.each(custom)("$description: in one file, which is not generated", ({ files }) => {
    expect(files).toHaveLength(1);
    expect(generated.length).toBeGreaterThan(5);
    expect(files.filter((file) => generated.includes(file))).toEqual([]);
  });
  test("without what RE2 does not have: lookaround and backreferences", () =>
    expect(customManagers.flatMap(({ matchStrings }) => matchStrings).join("\n")).not.toMatch(/\(\?<?[=!]|\\\d|\\k</u));
});

describe("in a copy of the repository", () => {
  let root: string;
  const code = ["apps/catalog.ts", "apps/postgres", "apps/reverse-proxy", "contract", "workflows-src"];
  const dockerfiles = Object.values(catalog).map((app) => `apps/${app.image}/Dockerfile`);
  const copied = [...code, ...dockerfiles, ...documents.map(({ path }) => path)];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "wmd-pins-"));
    for (const path of [...copied, ...generated, "package.json"]) cpSync(path, join(root, path), { recursive: true });
    symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const newValue = (value: string): string => value.replace(/\d+(?:\.\d+)*/u, "99.9.9");
  const newDigest = "9".repeat(40);

  /** The copies that the managers of Renovate for workflows and compose files find in the generated files. */
  const copies: readonly RegExp[] = [
    /uses: (?<depName>[\w-]+\/[\w-]+)[\w/-]*@(?<currentDigest>[0-9a-f]{40}) # (?<currentValue>\S+)/gu,
    /runs-on: (?<depName>ubuntu)-(?<currentValue>\S+)/gu,
    /image: (?<depName>[\w./-]+):(?<currentValue>\S+)/gu,
  ];
  const edit = (path: string, expressions: readonly RegExp[]): void => {
    const edited = expressions.reduce(
      (before, expression) =>
        before.replaceAll(expression, (...match) => {
          const [found] = match;
          const { currentValue = "", currentDigest = "" } = match.at(-1) as Pin;
          return found.replace(currentValue, newValue(currentValue)).replace(currentDigest, currentDigest && newDigest);
        }),
      text(join(root, path)),
    );
    writeFileSync(join(root, path), edited);
  };
  const drift = async (): Promise<readonly string[]> => {
    const synth = (await import(join(root, "workflows-src/synth.ts"))) as typeof Synth;
    return synth.drift(root).map(({ path }) => path);
  };

  test("new values of all pins in the sources and in the copies leave no drift", async () => {
    for (const { files, expressions } of custom) for (const file of files) edit(file, expressions);
    for (const path of generated) edit(path, copies);
    expect(text(join(root, "stack.yml"))).toContain("99.9.9");
    expect(await drift()).toEqual([]);
  });

  test("new values in the sources alone are drift in every file with a copy", async () => {
    for (const { files, expressions } of custom) for (const file of files) edit(file, expressions);
    const withCopies = generated.filter((path) => copies.some((copy) => text(path).search(copy) >= 0));
    expect((await drift()).toSorted()).toEqual(withCopies.toSorted());
  });
});
