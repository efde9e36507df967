/** The committed files that are compiled or mounted, and the same files as they are compiled for another catalog. */
import { readFileSync, readdirSync } from "node:fs";
import { type AppSpec, type Catalog, catalog } from "../../apps/catalog.ts";
import { documents, uncheckedArtifacts, withRegion } from "../artifacts.ts";
import { mountedFiles, pagesWithTables } from "../properties/compiled-findings.ts";
import type { Files } from "../properties/core/rule.ts";
import { another } from "./another-application.ts";

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

/**
 * A catalog of any size that keeps the rules: the present applications, cut or with others after them. Of many applications
 * all are others, each with one thread, because Postgres has a limit of connections.
 */
export function catalogOf(count: number): Catalog {
  const all = Object.entries(catalog as Catalog);
  const present = count > 2 * all.length ? [] : all.slice(0, count);
  const others = Array.from({ length: count - present.length }, (_, index): readonly [string, AppSpec] => {
    const direct = index % 3 === 2;
    const name = `another-${index}`;
    return [
      name,
      {
        ...another,
        image: `${name}-image`,
        title: `Another ${index}`,
        route: direct ? null : `/${name}/`,
        publishedPort: another.publishedPort + index,
        replicas: 1,
        ...(index % 4 === 1 && !direct ? { payments: true, accounts: true } : {}),
      },
    ];
  });
  return Object.fromEntries([...present, ...others]);
}
