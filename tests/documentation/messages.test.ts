/** The messages that the documentation quotes are messages of the code. `…` stands for what changes from run to run. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { documents, read } from "./files.ts";
import { proseOf, quotedMessages } from "./markdown.ts";

const sources = ["contract", "scripts", "workflows-src"]
  .flatMap((root) => readdirSync(root, { withFileTypes: true, recursive: true }))
  .filter((entry) => entry.isFile() && /(?<!\.test)\.(?:ts|mjs)$/u.test(entry.name))
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"));

const isPrinted = (message: string): boolean =>
  sources.some((text) => message.split("…").every((part) => text.includes(part.trim())));

const ofPrograms = documents.filter((path) => /^(?:README|CONTRIBUTING)|^docs\/(?:pipeline|settings)/u.test(path));

test.each(ofPrograms)("%s quotes messages that are printed", (path) =>
  expect(quotedMessages(proseOf(read(path))).filter((message) => !isPrinted(message))).toEqual([]),
);

test("the README explains messages", () => expect(quotedMessages(read("README.md")).length).toBeGreaterThan(8));
