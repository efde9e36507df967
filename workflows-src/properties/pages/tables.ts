/** The generated tables of the READMEs and of docs/architecture.md. Pure. */
import type { AppSpec, Catalog } from "../../../apps/catalog.ts";
import { environments, variables } from "../../../contract/settings.ts";
import { type Files, type Rule, textOf } from "../core/rule.ts";

export interface Pages {
  readonly files: Files;
  readonly catalog: Catalog;
}

/** Each table by its region: the number of its columns, and what the rows have to begin with. */
interface Table {
  readonly file: string;
  readonly region: string;
  readonly columns: number;
  readonly rows: readonly string[];
}

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const code = (text: string): string => `\`${text}\``;

const route = (name: string, { image, route: path, publishedPort, replicas }: AppSpec): string =>
  row(name, code(image), path === null ? "–" : code(path), String(publishedPort), String(replicas));

const ports = (catalog: Catalog): readonly string[] => [
  "| 80 | reverse-proxy |",
  ...Object.entries(catalog)
    .toSorted(([, one], [, other]) => one.publishedPort - other.publishedPort)
    .map(([name, { publishedPort, route: path }]) =>
      path === null
        ? row(String(publishedPort), name, name).slice(0, -2)
        : row(String(publishedPort), "reverse-proxy", name).slice(0, -2),
    ),
  "| 127.0.0.1:9090 | prometheus | Prometheus",
  "| 127.0.0.1:3000 | grafana | Grafana",
  "| 127.0.0.1:5050 | wmd-registry |",
];

const settings = (secretOf: string): readonly string[] => [
  ...variables.map((name) => `| variable | ${code(name)} |`),
  ...Object.entries(environments).flatMap(([environment, { secrets }]) =>
    secrets.map((name) => `| ${secretOf} ${code(environment)} | ${code(name)} |`),
  ),
];

const tables = (catalog: Catalog): readonly Table[] => {
  const routes = Object.entries(catalog).map(([name, app]) => route(name, app));
  const readme = (file: string, secretOf: string): readonly Table[] => [
    { file, region: "routes", columns: 5, rows: routes },
    { file, region: "settings", columns: 4, rows: settings(secretOf) },
  ];
  return [
    ...readme("README.md", "secret of the environment"),
    ...readme("README.fr.md", "secret de l'environnement"),
    { file: "docs/architecture.md", region: "ports", columns: 3, rows: ports(catalog) },
  ];
};

const cellsOf = (line: string): readonly string[] => line.slice(2, -2).split(" | ");

/** A cell that is empty, or that ends where a value is missing. */
const isIncomplete = (cell: string): boolean => cell === "" || cell !== cell.trim() || /undefined|\[\.ts\]/u.test(cell);

const incomplete = (place: string, columns: number, lines: readonly string[]): readonly string[] =>
  lines
    .filter((line) => cellsOf(line).length !== columns || cellsOf(line).some(isIncomplete))
    .map((line) => `${place}: ${line} has not ${columns} cells with a text`);

const isLine = (line: string | undefined): boolean => /^(?:\| --- )+\|$/u.test(line ?? "");

function findingsIn(text: string, { file, region, columns, rows }: Table): readonly string[] {
  const place = `${file}: ${region}`;
  const [, table = ""] = text.split(new RegExp(`<!-- (?:${region}: [^>]*|end of ${region}) -->`, "u"));
  const [head = "", line, ...body] = table.trim().split("\n");
  return [
    ...rows
      .filter((wanted, index) => !body[index]?.startsWith(wanted))
      .map((wanted) => `${place}: the row ${wanted} is not where it is expected`),
    ...(body.length === rows.length ? [] : [`${place}: there are ${body.length} rows, and not ${rows.length}`]),
    ...(isLine(line) ? [] : [`${place}: no line of dashes follows the head`]),
    ...incomplete(place, columns, [head, ...body]),
  ];
}

const examples = "workflows-src/examples/README.md";

/** One table of the forms that the language has, with the example of each, and one of those that it does not have. */
function findingsInExamples(text: string): readonly string[] {
  const found = text.split(/\n\n+/u).filter((block) => block.startsWith("|"));
  return [
    ...(/^<!--[^\n]*-->\n# \w/u.test(text) ? [] : [`${examples}: there is no title`]),
    ...(found.length === 2 ? [] : [`${examples}: there are ${found.length} tables, and not two`]),
    ...found.flatMap((table) => {
      const [head = "", line, ...body] = table.trim().split("\n");
      return [
        ...(isLine(line) && body.length > 1 ? [] : [`${examples}: a table has no rows`]),
        ...incomplete(examples, 2, [head, ...body]),
      ];
    }),
  ];
}

export const completeTables: Rule<Pages> = {
  name: "a generated table has a row for each application, port, setting or form, and no empty cell",
  reason: "A reader sets what the table names, and opens the port that it shows.",
  findings: ({ files, catalog }) => [
    ...tables(catalog).flatMap((table) => findingsIn(textOf(files, table.file), table)),
    ...findingsInExamples(textOf(files, examples)),
  ],
};
