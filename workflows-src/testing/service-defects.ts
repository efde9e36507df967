/** Defects of the committed compose files and stack file, for tests of the rules about services. */
import { type Catalog, appNames, catalog, shopsIn } from "../../apps/catalog.ts";
import { type Finding, findingsOf, textOf } from "../properties/core/rule.ts";
import { type ServiceFile, fileRules, readServiceFile, servicesOf } from "../properties/services/file.ts";
import { paths, places, serviceRules } from "../properties/services/rules.ts";
import type { Place } from "../properties/services/service.ts";
import { committedFiles } from "./compiled-files.ts";
import { type Path, changed, valueAt } from "./leaves.ts";

export const committed = Object.fromEntries(
  places.map((place) => [place, readServiceFile(textOf(committedFiles, paths[place]), place, catalog)]),
) as Readonly<Record<Place, ServiceFile>>;

export const changedFile = (file: ServiceFile, path: Path, to: unknown): ServiceFile => ({
  ...file,
  content: changed(file.content, path, to),
});

export interface Defect {
  readonly why: string;
  readonly place: Place;
  readonly path: Path;
  readonly to: unknown;
  /** The rule that has to find it. */
  readonly rule: { readonly name: string };
}

/** The names of the rules that the committed file breaks with this defect. */
export function brokenBy({ place, path, to }: Defect): readonly string[] {
  const file = changedFile(committed[place], path, to);
  const found: readonly Finding[] = [...findingsOf(fileRules, file), ...findingsOf(serviceRules, servicesOf(file))];
  return found.map(({ rule }) => rule);
}

export const at = (...path: Path): Path => ["services", ...path];

/** A defect: this list has one value more. */
export const adding = (
  why: string,
  place: Place,
  path: Path,
  value: unknown,
  rule: { readonly name: string },
): Defect => ({
  why,
  place,
  path,
  to: [...(valueAt(committed[place].content, path) as readonly unknown[]), value],
  rule,
});

/** The rule about whole files whose name contains this text. */
export const ruleCalled = (part: string): { readonly name: string } =>
  fileRules.find(({ name }) => name.includes(part))!;

export const [app, other] = appNames as readonly [string, string, ...string[]];
export const [shop] = shopsIn(catalog) as readonly [string];
export const routed = appNames.find((name) => (catalog as Catalog)[name]!.route !== null)!;
