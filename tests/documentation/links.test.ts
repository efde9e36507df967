/** Every link leads to a file or heading that exists; every path that is named exists. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { catalog } from "../../apps/catalog.ts";
import { stageNames } from "../../contract/contracts.ts";
import { documents, read } from "./files.ts";
import { anchorOf, codeSpans, linkTargets, proseOf, sectionsOf } from "./markdown.ts";

const anchorsIn = (path: string): readonly string[] => sectionsOf(read(path)).map(({ title }) => anchorOf(title));

function brokenLink(document: string, target: string): readonly string[] {
  if (/^https?:\/\//u.test(target)) return [];
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? document : normalize(join(dirname(document), path));
  if (!existsSync(file)) return [`${target}: no such file`];
  return anchor === undefined || anchorsIn(file).includes(anchor) ? [] : [`${target}: no such heading`];
}

/** A path may stand for one file per stage or application. */
const placeholders: Readonly<Record<string, readonly string[]>> = {
  "<stage>": stageNames,
  "<image>": Object.values(catalog).map(({ image }) => image),
};

const expanded = (path: string): readonly string[] =>
  Object.entries(placeholders).reduce<readonly string[]>(
    (paths, [placeholder, values]) =>
      paths.flatMap((one) =>
        one.includes(placeholder) ? values.map((value) => one.replace(placeholder, value)) : [one],
      ),
    [path],
  );

const inRoot = new Set(readdirSync("."));
/** A path of the repository has a folder of its root, or of its document, in front. */
const isPath = (document: string, span: string): boolean => {
  const [first = "", ...others] = span.split("/");
  return (
    first !== "" &&
    others.length > 0 &&
    /^[\w.<>/-]+$/u.test(span) &&
    !first.startsWith(".pipeline") &&
    (inRoot.has(first) || existsSync(join(dirname(document), first)))
  );
};

const missingPath = (document: string, span: string): readonly string[] =>
  expanded(span).filter((path) => ![path, join(dirname(document), path)].some((one) => existsSync(one)));

describe.each(documents)("%s", (document) => {
  test("its links lead somewhere", () =>
    expect(linkTargets(proseOf(read(document))).flatMap((target) => brokenLink(document, target))).toEqual([]));

  test("the paths that it names exist", () =>
    expect(
      codeSpans(proseOf(read(document)))
        .filter((span) => isPath(document, span))
        .flatMap((span) => missingPath(document, span)),
    ).toEqual([]));
});
