/** The source files as they lie on the disk, committed or not: with git those that it does not ignore, without git all. */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "./effects.ts";
import type { SourceFile } from "./files.ts";
import { filesBelow } from "./files-below.ts";
import { git } from "./git.ts";

/** By path from the root of the repository, in the order of the paths. */
export type SourceTree = ReadonlyMap<string, SourceFile>;

/**
 * @param root the folder of the repository
 * @throws UserError that names a file that cannot be read
 */
export async function readSourceTree(fx: Effects, root = "."): Promise<SourceTree> {
  const listed = (await fx.tryRun(git.sources, { cwd: root })).stdout.split("\0").filter(Boolean);
  const paths = listed.length > 0 ? listed : below(root, "");
  return new Map([...new Set(paths)].toSorted().flatMap((path) => entriesAt(root, path)));
}

/** Paths from the root of the repository. */
const below = (root: string, folder: string): readonly string[] =>
  filesBelow(join(root, folder)).map((path) => relative(root, path));

export const sourceFile = (kind: SourceFile["kind"], content: Uint8Array): SourceFile => ({
  kind,
  content,
  hash: createHash("sha256").update(content).digest("hex"),
});

/** A run reads the tree many times. As in git's index, a file with the same inode, size and times has the same content. */
const readBefore = new Map<string, { readonly stamp: string; readonly file: SourceFile }>();

/** A path that was deleted since it was listed has no entry; a submodule has those of its files. */
function entriesAt(root: string, path: string): readonly (readonly [string, SourceFile])[] {
  const onDisk = join(root, path);
  try {
    const stat = lstatSync(onDisk, { bigint: true });
    if (stat.isDirectory()) return below(root, path).flatMap((file) => entriesAt(root, file));
    const stamp = [stat.ino, stat.size, stat.mode, stat.mtimeNs, stat.ctimeNs].join(" ");
    const known = readBefore.get(resolve(onDisk));
    if (known?.stamp === stamp) return [[path, known.file]];
    const file = stat.isSymbolicLink()
      ? sourceFile("link", Buffer.from(readlinkSync(onDisk)))
      : sourceFile((stat.mode & 0o100n) === 0n ? "file" : "executable", readFileSync(onDisk));
    readBefore.set(resolve(onDisk), { stamp, file });
    return [[path, file]];
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
export function partOf(tree: SourceTree, paths: readonly string[]): SourceTree {
  const wanted = new Set(paths);
  // Many files share a folder, so that each folder is decided once.
  const folders = new Map([["", false]]);
  const holds = (folder: string): boolean => {
    const decided = folders.get(folder) ?? (wanted.has(folder) || holds(parentOf(folder)));
    folders.set(folder, decided);
    return decided;
  };
  return new Map([...tree].filter(([path]) => wanted.has(path) || holds(parentOf(path))));
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** A hash of names, kinds and contents, in hexadecimal digits. */
export function hashOf(tree: SourceTree): string {
  const hash = createHash("sha256");
  for (const [path, file] of tree) hash.update(`${file.kind} ${file.hash} ${path}\0`);
  return hash.digest("hex");
}
