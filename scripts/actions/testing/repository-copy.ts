/** A copy of this repository, as far as the command reads and writes it: without unit tests. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { filesBelow } from "../../core/files-below.ts";

const folders = [".github", "apps/postgres", "apps/reverse-proxy", "contract", "scripts", "workflows-src"];
const files = [
  "apps/catalog.ts",
  "docs/architecture.md",
  "README.md",
  "README.fr.md",
  ".node-version",
  ".npmrc",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "renovate.json",
  "docker-compose.yml",
  "docker-compose.test.yml",
  "stack.yml",
  "nginx.conf",
  "landing.html",
  "prometheus.yml",
];

export interface RepositoryCopy {
  readonly root: string;
  read(path: string): string;
  edit(path: string, from: string | RegExp, to: string): void;
  write(path: string, text: string): void;
  /** Puts a folder where a file would be written; returns what removes it. */
  obstruct(path: string): () => void;
  /** The text of every file but those below scripts/, which nothing writes. */
  texts(): ReadonlyMap<string, string>;
  /** Undoes what was written since the copy was made. */
  restore(): void;
  remove(): void;
}

export function copyRepository(): RepositoryCopy {
  const root = mkdtempSync(join(tmpdir(), "wmd-actions-"));
  const dockerfiles = ["apps", "tests", "tools"].flatMap(filesBelow).filter((path) => path.endsWith("/Dockerfile"));
  const filter = (path: string): boolean => !path.endsWith(".test.ts");
  for (const path of [...folders, ...files, ...dockerfiles])
    cpSync(path, join(root, path), { recursive: true, filter });
  symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
  const unwatched = ["node_modules", "scripts"].map((path) => join(root, path));
  const texts = (): ReadonlyMap<string, string> =>
    new Map(
      readdirSync(root)
        .map((name) => join(root, name))
        .filter((path) => !unwatched.includes(path))
        .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]))
        .filter((path) => !path.startsWith(join(root, ".pipeline")))
        .map((path) => [path.slice(root.length + 1), readFileSync(path, "utf8")]),
    );
  const first = texts();
  return {
    root,
    read,
    write,
    obstruct(path) {
      mkdirSync(join(root, path));
      return () => rmdirSync(join(root, path));
    },
    edit(path, from, to) {
      const text = read(path);
      const edited = text.replaceAll(typeof from === "string" ? from : new RegExp(from, "gu"), to);
      if (edited === text) throw new Error(`${path} does not contain ${String(from)}`);
      write(path, edited);
    },
    texts,
    restore() {
      for (const [path, text] of texts()) {
        const before = first.get(path);
        if (before === undefined) rmSync(join(root, path));
        else if (before !== text) write(path, before);
      }
    },
    remove: () => rmSync(root, { recursive: true }),
  };
}
