/** The source files that a module loads. Pure. */
import { dirname, join } from "node:path";

/** The relative specifier of `import … from`, `export … from`, `import` alone, and `import()`. Those of types count, too. */
const specifier = /\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/gu;

/**
 * The modules and everything that they import by a relative path, directly or not, in the order of their paths.
 * @param read returns the text of a file
 */
export function importClosure(modules: readonly string[], read: (path: string) => string): readonly string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    if (!/\.m?[jt]s$/u.test(path)) return;
    for (const relative of specifiersIn(read(path))) visit(join(dirname(path), relative));
  };
  for (const module of modules) visit(module);
  return [...found].toSorted();
}

const known = new Map<string, readonly string[]>();

/** A run computes the closures of several stages, which have most of their modules in common. */
function specifiersIn(text: string): readonly string[] {
  const found = known.get(text) ?? [...text.matchAll(specifier)].map(([, relative = ""]) => relative);
  known.set(text, found);
  return found;
}
