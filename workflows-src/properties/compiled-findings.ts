/** All rules about compiled files. Texts in, findings out: whoever compiles, or mutates what is compiled, can ask. Pure. */
import type { Catalog } from "../../apps/catalog.ts";
import { type Files, type Finding, findingsOf, textOf } from "./core/rule.ts";
import { changeIsNoticed } from "./services/changes.ts";
import { metricsAreRead } from "./services/monitoring.ts";
import { landing } from "./pages/landing.ts";
import { completeTables } from "./pages/tables.ts";
import { nginxFindings } from "./nginx/rules.ts";
import { findingsIn, paths, places } from "./services/rules.ts";
import { findingsInWorkflows, isWorkflow, workflowsIn } from "./workflows/rules.ts";

/** Mounted files that are written by hand: with the compiled ones, they are what the rules read. */
export const mountedFiles = ["apps/postgres/setup.sh", "apps/reverse-proxy/start.sh"] as const;

/** Hand-written files with a generated table. */
export const pagesWithTables = ["README.md", "README.fr.md", "docs/architecture.md"] as const;

interface Group {
  /** Whether the rules read a file. */
  readonly reads: (path: string) => boolean;
  readonly findings: (files: Files, catalog: Catalog) => readonly Finding[];
}

const isOneOf =
  (...files: readonly string[]) =>
  (path: string): boolean =>
    files.includes(path);

const groups: readonly Group[] = [
  ...places.map((place) => ({
    reads: isOneOf(paths[place]),
    findings: (files: Files, catalog: Catalog) => findingsIn(place, files, catalog),
  })),
  {
    reads: isOneOf("prometheus.yml"),
    findings: (files, catalog) => findingsOf([metricsAreRead], { files, catalog }),
  },
  {
    reads: isOneOf("nginx.conf"),
    findings: (files, catalog) => nginxFindings(textOf(files, "nginx.conf"), catalog),
  },
  {
    reads: isOneOf("landing.html", "workflows-src/examples/README.md", ...pagesWithTables),
    findings: (files, catalog) => findingsOf([landing, completeTables], { files, catalog }),
  },
  { reads: isWorkflow, findings: (files) => findingsInWorkflows(workflowsIn(files)) },
];

/** Mounted files whose hash is not the one beside their mount. It takes the services of all files to tell. */
export const hashFindings = (files: Files): readonly Finding[] => findingsOf([changeIsNoticed], files);

/** The findings about the content of some of the files, of which all others are kept as they were judged before. */
export const findingsAbout = (changed: readonly string[], files: Files, catalog: Catalog): readonly Finding[] =>
  groups.flatMap(({ reads, findings }) => (changed.some(reads) ? findings(files, catalog) : []));

export const compiledFindings = (files: Files, catalog: Catalog): readonly Finding[] => [
  ...findingsAbout([...files.keys()], files, catalog),
  ...hashFindings(files),
];
