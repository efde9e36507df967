/** Defects of compose files and of the stack file, for tests of the rules about services. */
import { shopsIn } from "../../apps/catalog.ts";
import { type Finding, findingsOf, textOf } from "../properties/core/rule.ts";
import { type ServiceFile, fileRules, readServiceFile, servicesOf } from "../properties/services/file.ts";
import { paths, places, serviceRules } from "../properties/services/rules.ts";
import type { Place } from "../properties/services/service.ts";
import { catalogOf } from "./another-application.ts";
import { compiledFiles } from "./compiled-files.ts";
import { type Path, changed, valueAt } from "./leaves.ts";

/** One application of each kind: the present catalog may have no shop, or one application only. */
export const catalogWithDefects = catalogOf(5);
const files = compiledFiles(catalogWithDefects);

/** The files before the defect. */
export const correct = Object.fromEntries(
  places.map((place) => [place, readServiceFile(textOf(files, paths[place]), place, catalogWithDefects)]),
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

/** The names of the rules that the file breaks with this defect. */
export function brokenBy({ place, path, to }: Defect): readonly string[] {
  const file = changedFile(correct[place], path, to);
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
  to: [...(valueAt(correct[place].content, path) as readonly unknown[]), value],
  rule,
});

/** The rule about whole files whose name contains this text. */
export const ruleCalled = (part: string): { readonly name: string } =>
  fileRules.find(({ name }) => name.includes(part))!;

const namesWhere = (direct: boolean): readonly string[] =>
  Object.entries(catalogWithDefects)
    .filter(([, { route }]) => (route === null) === direct)
    .map(([name]) => name);
/** It publishes its port itself. */
export const [app] = namesWhere(true) as readonly [string];
export const [routed, other] = namesWhere(false) as readonly [string, string, ...string[]];
export const [shop] = shopsIn(catalogWithDefects) as readonly [string];
