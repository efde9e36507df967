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

function findingsIn(text: string, { file, region, columns, rows }: Table): readonly string[] {
  const place = `${file}: ${region}`;
  const [, table = ""] = text.split(new RegExp(`<!-- (?:${region}: [^>]*|end of ${region}) -->`, "u"));
  const lines = table.trim().split("\n");
  const [head, rule, ...body] = lines.map((line) => line.slice(2, -2).split(" | "));
  const missing = rows.filter((wanted, index) => !lines[index + 2]?.startsWith(wanted));
  return [
    ...missing.map((wanted) => `${place}: the row ${wanted} is not where it is expected`),
    ...(body.length === rows.length ? [] : [`${place}: there are ${body.length} rows, and not ${rows.length}`]),
    ...(rule?.every((cell) => cell === "---") ? [] : [`${place}: no line of dashes follows the head`]),
    ...[head ?? [], ...body]
      .filter(
        (cells) => cells.length !== columns || cells.some((cell) => cell.trim() === "" || cell.includes("undefined")),
      )
      .map((cells) => `${place}: ${row(...cells)} has not ${columns} cells with a text`),
  ];
}

export const completeTables: Rule<Pages> = {
  name: "a generated table has a row for each application, port or setting, and no empty cell",
  reason: "A reader sets what the table names, and opens the port that it shows.",
  findings: ({ files, catalog }) => tables(catalog).flatMap((table) => findingsIn(textOf(files, table.file), table)),
};
