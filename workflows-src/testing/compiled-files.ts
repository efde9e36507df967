/** The committed files that are compiled or mounted, and the same files as they are compiled for another catalog. */
import { readFileSync, readdirSync } from "node:fs";
import type { Catalog } from "../../apps/catalog.ts";
import { documents, uncheckedArtifacts, withRegion } from "../artifacts.ts";
import { mountedFiles, pagesWithTables } from "../properties/compiled-findings.ts";
import type { Files } from "../properties/core/rule.ts";

const read = (path: string): readonly [string, string] => [path, readFileSync(path, "utf8")];
const mounted = mountedFiles.map(read);
const [setup, start] = mounted.map(([, text]) => text) as [string, string];

export const compiledFiles = (other: Catalog): Files =>
  new Map([
    ...uncheckedArtifacts(other, { setup, start }).map(({ path, text }) => [path, text] as const),
    ...mounted,
    ...documents.map(({ path, regions }) => [path, regions(other).reduce(withRegion, read(path)[1])] as const),
  ]);

const workflows = ".github/workflows";
const compiled = [
  "docker-compose.yml",
  "docker-compose.test.yml",
  "stack.yml",
  "nginx.conf",
  "landing.html",
  "prometheus.yml",
  "workflows-src/examples/README.md",
];

export const committedFiles: Files = new Map([
  ...mounted,
  ...[...compiled, ...pagesWithTables].map(read),
  ...readdirSync(workflows).map((name) => read(`${workflows}/${name}`)),
]);
