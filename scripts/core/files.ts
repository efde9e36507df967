/** Files and folders, as far as the stages use them. */
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** One source file. The permissions of a checkout depend on the umask; git itself keeps the executable bit alone. */
export interface SourceFile {
  readonly kind: "file" | "executable" | "link";
  /** The bytes of a file, the target of a link. */
  readonly content: Uint8Array;
  /** The SHA-256 of the content, in hexadecimal digits. */
  readonly hash: string;
}

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
  /** Writes a file so that its path holds the earlier content or the whole new one, whatever happens meanwhile. */
  replace(path: string, content: string | Uint8Array): void;
  /** Replaces a folder by one with exactly these files, whose permissions are the same under every umask. */
  writeTree(folder: string, files: ReadonlyMap<string, SourceFile>): void;
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
  replace(path, content) {
    const temporary = `${path}.${process.pid}`;
    try {
      this.write(temporary, content);
      renameSync(temporary, path);
    } catch (failure) {
      rmSync(temporary, { force: true });
      throw failure;
    }
  },
  writeTree(folder, files) {
    rmSync(folder, { recursive: true, force: true });
    const made = new Set<string>();
    const makeParents = (path: string): void => {
      if (made.has(path)) return;
      made.add(path);
      if (path !== folder) makeParents(dirname(path));
      mkdirSync(path, { recursive: true });
      chmodSync(path, 0o755);
    };
    makeParents(folder);
    for (const [name, { kind, content }] of files) {
      const path = join(folder, name);
      makeParents(dirname(path));
      if (kind === "link") symlinkSync(Buffer.from(content).toString(), path);
      else {
        writeFileSync(path, content);
        chmodSync(path, kind === "executable" ? 0o755 : 0o644);
      }
    }
  },
  makeFolder: (folder) => void mkdirSync(folder, { recursive: true }),
  makeTemporaryFolder: (prefix) => mkdtempSync(join(tmpdir(), prefix)),
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};

async function* streamOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
}
