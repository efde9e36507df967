/** The rules of the catalog that types cannot express. A finding names the application, the value and what to change. Pure. */
import type { Catalog } from "../apps/catalog.ts";
import type { Entry } from "./catalog/entry.ts";
import { names } from "./catalog/names.ts";
import { numbers } from "./catalog/numbers.ts";
import { routes } from "./catalog/routes.ts";
import { texts } from "./catalog/texts.ts";
import { clashes, connections } from "./catalog/together.ts";

const ofEach = (entry: Entry): readonly string[] => [...names(entry), ...numbers(entry), ...texts(entry)];

export function catalogFindings(catalog: Catalog): readonly string[] {
  const entries = Object.entries(catalog).map(([name, app]): Entry => ({ name, app }));
  const counted = entries.every((entry) => numbers(entry).length === 0);
  return [
    ...(entries.length > 0 ? [] : ["there is no application; add one"]),
    ...entries.flatMap(ofEach),
    ...clashes(catalog, "publishedPort"),
    ...clashes(catalog, "image"),
    ...clashes(catalog, "title"),
    ...routes(catalog),
    // A sum of wrong numbers says nothing.
    ...(counted ? connections(catalog) : []),
  ];
}
