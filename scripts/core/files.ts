/** Files and folders, as far as the stages use them. */
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Files {
  exists(path: string): boolean;
  /** The file's bytes. @throws an error with the code ENOENT where there is no such file */
  bytes(path: string): Uint8Array;
  /** The file's bytes as UTF-8. */
  read(path: string): string;
  /** The file's size in bytes. */
  size(path: string): number;
  /** The file's bytes in chunks; it is opened when the first chunk is asked for. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /** The names in a folder, or with `recursive` the paths of all files below it; empty where there is no such folder. */
  list(folder: string, options?: { readonly recursive: boolean }): readonly string[];
  /** Writes a file, and makes the folders above it. */
  write(path: string, content: string | Uint8Array, options?: { readonly mode: number }): void;
  /** Makes a folder, and those above it, where there is none. */
  makeFolder(folder: string): void;
  /** Makes an empty folder in the place for temporary files, and returns its path. */
  makeTemporaryFolder(prefix: string): string;
  /** Removes a file, or a folder with all that is in it, where there is one. */
  remove(path: string): void;
}

export const disk: Files = {
  exists: existsSync,
  bytes: (path) => readFileSync(path),
  read: (path) => readFileSync(path, "utf8"),
  size: (path) => statSync(path).size,
  stream: (path) => streamOf(path),
  list(folder, { recursive } = { recursive: false }) {
    if (!existsSync(folder)) return [];
    if (!recursive) return readdirSync(folder);
    return readdirSync(folder, { recursive, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  },
  write(path, content, options) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, options);
  },
  makeFolder: (folder) => void mkdirSync(folder, { recursive: true }),
  makeTemporaryFolder: (prefix) => mkdtempSync(join(tmpdir(), prefix)),
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};

async function* streamOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
}
