/** The tables of hand-written documents that repeat facts of the code. Those of the READMEs are in two languages. Pure. */
import type { Catalog } from "../../apps/catalog.ts";
import { environments, variables } from "../../contract/settings.ts";
import { type Language, settingTexts } from "./setting-texts.ts";

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const head = (cells: readonly string[]): readonly string[] => [row(...cells), row(...cells.map(() => "---"))];

interface TableTexts {
  readonly routes: readonly [string, string, string, string, string];
  readonly settings: readonly [string, string, string, string];
  readonly variable: string;
  readonly secret: (environment: string) => string;
}

const texts: Readonly<Record<Language, TableTexts>> = {
  en: {
    routes: ["application", "image", "route on port 80", "own port", "replicas"],
    settings: ["kind", "name", "meaning", "without it"],
    variable: "variable",
    secret: (environment) => `secret of the environment \`${environment}\``,
  },
  fr: {
    routes: ["application", "image", "route sur le port 80", "port propre", "réplicas"],
    settings: ["type", "nom", "signification", "sans ce réglage"],
    variable: "variable",
    secret: (environment) => `secret de l'environnement \`${environment}\``,
  },
};

export const routesTable = (catalog: Catalog, language: Language): string =>
  [
    ...head(texts[language].routes),
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

/** The ports of the host in `docs/architecture.md`. */
export const portsTable = (catalog: Catalog): string => {
  const apps = Object.entries(catalog).toSorted(([, one], [, other]) => one.publishedPort - other.publishedPort);
  return [
    ...head(["port on the host", "container", "leads to"]),
    row("80", "reverse-proxy", "the landing page, and each application at its route"),
    ...apps.map(([name, { publishedPort, route }]) =>
      route === null
        ? row(String(publishedPort), name, `${name}, without the proxy`)
        : row(String(publishedPort), "reverse-proxy", `${name} at its root`),
    ),
    row("127.0.0.1:9090", "prometheus", "Prometheus, with the profile `monitoring`"),
    row("127.0.0.1:3000", "grafana", "Grafana, with the profile `monitoring`"),
    row("127.0.0.1:5050", "wmd-registry", "the registry that `npm start` publishes to"),
  ].join("\n");
};

export const settingsTable = (language: Language): string => {
  const { settings, variable, secret } = texts[language];
  const setting = (kind: string, name: keyof typeof settingTexts): string => {
    const { description, whenMissing } = settingTexts[name][language];
    return row(kind, `\`${name}\``, description, whenMissing);
  };
  return [
    ...head(settings),
    ...variables.map((name) => setting(variable, name)),
    ...Object.entries(environments).flatMap(([environment, { secrets }]) =>
      secrets.map((name) => setting(secret(environment), name)),
    ),
  ].join("\n");
};
