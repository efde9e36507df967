/** The tables of the README that repeat what the code knows: they are generated into it. */
import { environments, secrets, variables } from "../../contract/contracts.ts";
import type { Catalog } from "../../apps/catalog.ts";

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const head = (...cells: readonly string[]): readonly string[] => [row(...cells), row(...cells.map(() => "---"))];

export const routesTable = (catalog: Catalog): string =>
  [
    ...head("application", "image", "route on port 80", "own port", "replicas"),
    ...Object.entries(catalog).map(([name, app]) =>
      row(
        name,
        `\`${app.image}\``,
        app.route === null ? "–" : `\`${app.route}\``,
        String(app.publishedPort),
        String(app.replicas),
      ),
    ),
  ].join("\n");

export const settingsTable = (): string =>
  [
    ...head("kind", "name", "what it is", "without it"),
    ...Object.entries(variables).map(([name, { sets, without }]) => row("variable", `\`${name}\``, sets, without)),
    ...Object.entries(environments).flatMap(([environment, granted]) =>
      granted.secrets.map((name) =>
        row(`secret of the environment \`${environment}\``, `\`${name}\``, secrets[name].sets, secrets[name].without),
      ),
    ),
  ].join("\n");
