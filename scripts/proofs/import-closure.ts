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
    for (const [, relative = ""] of read(path).matchAll(specifier)) visit(join(dirname(path), relative));
  };
  for (const module of modules) visit(module);
  return [...found].toSorted();
}
