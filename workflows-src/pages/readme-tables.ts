/** The tables of the READMEs that repeat facts of the code. They are generated into both, each in its language. Pure. */
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
