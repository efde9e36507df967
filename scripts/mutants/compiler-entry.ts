/** What is bundled for each mutant: the compilers, the rules about what they compile, and what verify knows of our workflows. */
import { catalog } from "../../apps/catalog.ts";
import { artifacts, documents, requireNone, withRegion } from "../../workflows-src/artifacts.ts";
import { fileFindings } from "../../workflows-src/catalog/files.ts";
import { findingsAbout, hashFindings, mountedFiles } from "../../workflows-src/properties/compiled-findings.ts";
import { type Files, type Finding, textOf } from "../../workflows-src/properties/core/rule.ts";

export { ours as knowledge } from "../verify/knowledge.ts";

/**
 * Compiles everything, as `npm run synth` does.
 * @param sources the hand-written files that are mounted, or that contain generated regions
 * @param read returns the text of a file of the repository
 * @throws UserError when a rule of the catalog finds something
 */
export function compile(sources: Files, read: (path: string) => string | undefined): Files {
  requireNone(fileFindings(catalog, read));
  const [setup, start] = mountedFiles.map((path) => textOf(sources, path)) as [string, string];
  return new Map([
    ...mountedFiles.map((path) => [path, textOf(sources, path)] as const),
    ...artifacts(catalog, { setup, start }).map(({ path, text }) => [path, text] as const),
    ...documents.map(
      ({ path, regions }) => [path, regions(catalog).reduce(withRegion, textOf(sources, path))] as const,
    ),
  ]);
}

export const sourceFiles: readonly string[] = [...mountedFiles, ...documents.map(({ path }) => path)];

/** What the rules find about the changed files, with the catalog and the contract as the mutant has them. */
export function findings(changed: readonly string[], files: Files): readonly Finding[] {
  const found = findingsAbout(changed, files, catalog);
  return found.length > 0 ? found : hashFindings(files);
}
