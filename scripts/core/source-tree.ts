/** The source files as they lie on the disk, committed or not: with git those that it does not ignore, without git all. */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "./effects.ts";
import type { SourceFile } from "./files.ts";
import { filesBelow } from "./files-below.ts";
import { git } from "./git.ts";

/** By path from the root of the repository, in the order of the paths. */
export type SourceTree = ReadonlyMap<string, SourceFile>;

/** @throws UserError that names a file that cannot be read */
export async function readSourceTree(fx: Effects): Promise<SourceTree> {
  const listed = (await fx.tryRun(git.sources)).stdout.split("\0").filter(Boolean);
  const paths = listed.length > 0 ? listed : filesBelow(".").map((path) => path.slice("./".length));
  return new Map([...new Set(paths)].toSorted().flatMap(entriesAt));
}

/** A path that was deleted since it was listed has no entry; a submodule has those of its files. */
function entriesAt(path: string): readonly (readonly [string, SourceFile])[] {
  try {
    const stat = lstatSync(path);
    if (stat.isDirectory()) return filesBelow(path).flatMap(entriesAt);
    if (stat.isSymbolicLink()) return [[path, { kind: "link", content: Buffer.from(readlinkSync(path)) }]];
    const kind = (stat.mode & 0o100) === 0 ? "file" : "executable";
    return [[path, { kind, content: readFileSync(path) }]];
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT" && !path.includes("\uFFFD")) return [];
    throw new UserError(
      `${JSON.stringify(path)} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Make the file readable, give it a name in UTF-8, or remove it: it may be a part of what is built",
      { cause },
    );
  }
}

/** The files below a folder, by their paths in it. */
export const inFolder = (tree: SourceTree, folder: string): SourceTree =>
  new Map([...partOf(tree, [folder])].map(([path, file]) => [path.slice(folder.length + 1), file]));

/** The files at or below the given paths. */
export const partOf = (tree: SourceTree, paths: readonly string[]): SourceTree =>
  new Map([...tree].filter(([file]) => paths.some((path) => file === path || file.startsWith(`${path}/`))));

/** A hash of names, kinds and contents, in hexadecimal digits. */
export function hashOf(tree: SourceTree): string {
  const hash = createHash("sha256");
  for (const [path, { kind, content }] of tree)
    hash.update(`${kind} ${path}\0`).update(createHash("sha256").update(content).digest());
  return hash.digest("hex");
}
