/** The sources that are mutated: the catalog, the contract, and everything that compiles them. */
import { filesBelow } from "../core/files-below.ts";

const compilers = /^(?:contract|workflows-src\/(?:language|pages|stack|workflows))\/.*\.ts$/u;

export const mutatedSources = (): readonly string[] =>
  filesBelow(".")
    .map((path) => path.replace(/^\.\//u, ""))
    .filter((path) => path === "apps/catalog.ts" || (compilers.test(path) && !path.endsWith(".test.ts")))
    .toSorted();
