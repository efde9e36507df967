/** The digest of everything that a piece of work reads. Pure. */
import type { Digest } from "../../contract/digests.ts";
import { type SourceTree, hashOf, partOf } from "../core/source-tree.ts";
import { digestOf } from "../oci/layout.ts";
import type { WorkInputs } from "./work-inputs.ts";

/** What results may depend on although no file and no image says so. */
export interface Machine {
  /** The version of the program that runs the tests; empty where it is unknown. */
  readonly version: string;
  readonly processor: string;
}

/** @returns undefined where a version or the digest of an image, and so the whole, is unknown: that is equal to nothing */
export function inputsDigest(
  { paths, namedOnly, pulled, built }: WorkInputs,
  sources: SourceTree,
  digests: Readonly<Record<string, Digest | undefined>>,
  machine: Machine,
): Digest<"inputs"> | undefined {
  const bases = [...new Set(pulled)].toSorted().map((reference) => [reference, digests[reference]] as const);
  if (machine.version === "" || bases.some(([, digest]) => digest === undefined)) return undefined;
  const read = paths.includes(".") ? sources : partOf(sources, paths);
  const files = namedOnly === undefined ? read : withoutContents(read, namedOnly);
  const images = Object.keys(built)
    .toSorted()
    .map((app) => [app, built[app]]);
  return digestOf(Buffer.from(JSON.stringify([hashOf(files), bases, images, machine])));
}

const withoutContents = (tree: SourceTree, named: RegExp): SourceTree =>
  new Map([...tree].map(([path, file]) => [path, named.test(path) ? { ...file, hash: "" } : file]));
