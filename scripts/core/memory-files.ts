/** Files for a run that changes nothing: what it writes is kept in memory, and the rest is read from the disk. */
import { join, normalize } from "node:path";
import { type Files, disk } from "./files.ts";

/** Folders that a run makes itself: what lies there on the disk is of another run, and is not seen. */
const made = [".pipeline/", "/temporary/"];

/** @param shown folders of an earlier run that are seen all the same */
export function memoryFiles(shown: readonly string[] = []): Files {
  const written = new Map<string, Uint8Array>();
  const removed = new Set<string>();
  let folders = 0;
  const isBelow = (path: string, folder: string): boolean => `${normalize(path)}/`.startsWith(folder);
  const isMade = (path: string): boolean =>
    [...removed].some((folder) => isBelow(path, folder)) ||
    (made.some((folder) => isBelow(path, folder)) && !shown.some((folder) => isBelow(path, `${folder}/`)));
  const below = (folder: string): readonly string[] => {
    const prefix = `${normalize(folder)}/`;
    return [...written.keys()].filter((path) => path.startsWith(prefix));
  };
  const bytes = (path: string): Uint8Array => {
    const found = written.get(normalize(path));
    if (found) return found;
    if (!isMade(path)) return disk.bytes(path);
    throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: "ENOENT" });
  };
  return {
    exists: (path) => written.has(normalize(path)) || below(path).length > 0 || (!isMade(path) && disk.exists(path)),
    bytes,
    read: (path) => Buffer.from(bytes(path)).toString(),
    size: (path) => bytes(path).length,
    async *stream(path) {
      yield bytes(path);
    },
    list(folder, options = { recursive: false }) {
      const mine = below(folder);
      const names = options.recursive
        ? mine
        : [...new Set(mine.map((path) => path.slice(normalize(folder).length + 1).split("/")[0] ?? ""))];
      return isMade(folder) ? names : [...new Set([...disk.list(folder, options), ...names])];
    },
    write: (path, content) => void written.set(normalize(path), Buffer.from(content)),
    replace: (path, content) => void written.set(normalize(path), Buffer.from(content)),
    writeTree(folder, files) {
      this.remove(folder);
      for (const [name, { content }] of files) this.write(join(folder, name), content);
    },
    makeFolder: () => undefined,
    makeTemporaryFolder: (prefix) => join("/temporary", `${prefix}${++folders}`),
    remove(path) {
      for (const one of [normalize(path), ...below(path)]) written.delete(one);
      removed.add(`${normalize(path)}/`);
    },
  };
}
