/** Both READMEs have the same structure, commands, ports, settings, links and messages; only the language differs. */
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { read } from "./files.ts";
import { type Section, codeSpans, linkTargets, quotedMessages, sectionsOf, shellLines } from "./markdown.ts";

const [english, french] = ["README.md", "README.fr.md"].map((path) => sectionsOf(read(path))) as [
  readonly Section[],
  readonly Section[],
];

/** Each README links to the other. */
const translated = (target: string): string => (target === "README.fr.md" ? "README.md" : target);

/** The parts that a translation must not change. The order within a sentence may differ. */
const invariant = ({ level, blocks, prose }: Section) => ({
  level,
  blocks: blocks.map(({ language }) => language),
  commands: shellLines(blocks),
  diagram: blocks
    .filter(({ language }) => language === "mermaid")
    .map(({ text }) => text.replaceAll(/\[[^\]]*\]|\|[^|]*\|/gu, (label) => label.replaceAll(/\D/gu, ""))),
  code: codeSpans(prose).toSorted(),
  messages: quotedMessages(prose).toSorted(),
  links: linkTargets(prose).map(translated).toSorted(),
  numbers: (prose.replaceAll(/`[^`]+`|“[^”]+”|\]\([^)]+\)/gu, "").match(/\d+(?:[.,]\d+)?/gu) ?? [])
    .map((number) => number.replace(",", "."))
    .toSorted(),
  lines: {
    rows: prose.match(/^\|/gmu)?.length ?? 0,
    items: prose.match(/^(?:-|\d+\.) /gmu)?.length ?? 0,
  },
});

test("the headings correspond", () => {
  expect(french.map(({ level }) => level)).toEqual(english.map(({ level }) => level));
  expect(english.length).toBeGreaterThan(10);
});

describe.each(english.map((section, index) => [section.title, section, french[index]] as const))(
  "%s",
  (_, section, translation) => {
    test("is the same in French", () =>
      expect(translation === undefined ? undefined : invariant(translation)).toEqual(invariant(section)));
  },
);

const folders = (path: string): readonly string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/u.test(entry.name))
    .map(({ name }) => name);

describe("the map of the repository", () => {
  const map = english.find(({ prose }) => prose.includes("`apps/catalog.ts` |"));
  const named = codeSpans(map?.prose ?? "").filter((span) => span.endsWith("/"));

  test.each([".", "scripts"])("names every folder of %s", (root) => {
    const prefix = root === "." ? "" : `${root}/`;
    const unnamed = folders(root).filter((folder) => !named.some((path) => path.startsWith(`${prefix}${folder}/`)));
    expect(unnamed).toEqual([]);
  });

  test("names no folder that is gone", () =>
    expect(named.filter((path) => !path.includes("<") && !existsSync(path))).toEqual([]));
});
