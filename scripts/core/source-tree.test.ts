/** Reads real work trees. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Effects } from "./effects.ts";
import { disk } from "./files.ts";
import { recordingEffects } from "./recording-effects.ts";
import { hashOf, inFolder, partOf, readSourceTree } from "./source-tree.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wmd-tree-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, text = path): void => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
};
const git = (...args: readonly string[]): void => {
  const { status, stderr } = spawnSync("git", ["-C", root, ...args], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
};
/** Runs git for real, and nothing else. */
const withGit = (): Effects =>
  recordingEffects({
    command: ([program, ...args]) => {
      const { status, stdout } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
      return { code: status ?? 1, stdout };
    },
  }).fx;
const withoutGit = (): Effects => recordingEffects({ command: () => ({ code: 127 }) }).fx;
const tree = (fx = withGit()) => readSourceTree(fx, root);
const hash = async (fx = withGit()) => hashOf(await tree(fx));

describe("the source tree", () => {
  test("holds what git does not ignore: committed, changed, new, with any name, and not what was deleted", async () => {
    git("init", "--quiet");
    write(".gitignore", "ignored\n");
    const paths = ["a", "b/c", "with space", "new\nline", "ümlaut", "日本"];
    for (const path of [...paths, "ignored", "deleted"]) write(path);
    git("add", "a", "deleted");
    rmSync(join(root, "deleted"));
    expect([...(await tree()).keys()]).toEqual([".gitignore", ...paths].toSorted());
  });

  test("is the same without git where nothing is ignored", async () => {
    for (const path of ["a", "b/c", "node_modules/x"]) write(path);
    const without = await hash(withoutGit());
    git("init", "--quiet");
    write(".git/info/exclude", "node_modules\n");
    expect(await hash()).toBe(without);
  });

  test("is the same under every umask, and the executable bit counts", async () => {
    git("init", "--quiet");
    write("script", "#!/bin/sh\n");
    chmodSync(join(root, "script"), 0o664);
    const plain = await hash();
    chmodSync(join(root, "script"), 0o600);
    expect(await hash()).toBe(plain);
    chmodSync(join(root, "script"), 0o775);
    expect(await hash()).not.toBe(plain);
  });

  test("a link counts by its target, and is not followed", async () => {
    git("init", "--quiet");
    write("target", "one");
    symlinkSync("target", join(root, "link"));
    symlinkSync("nowhere", join(root, "dangling"));
    const files = await tree();
    expect([files.get("link")?.kind, Buffer.from(files.get("link")?.content ?? []).toString()]).toEqual([
      "link",
      "target",
    ]);
    expect(files.get("dangling")?.kind).toBe("link");
  });

  test("holds the files of a submodule", async () => {
    git("init", "--quiet");
    write("module/file", "one");
    git("-C", "module", "init", "--quiet");
    git("-C", "module", "-c", "user.name=a", "-c", "user.email=a@example.invalid", "add", "file");
    git("-C", "module", "-c", "user.name=a", "-c", "user.email=a@example.invalid", "commit", "--quiet", "-m", "one");
    git("-c", "advice.addEmbeddedRepo=false", "add", "module");
    const before = await hash();
    expect([...(await tree()).keys()]).toContain("module/file");
    write("module/file", "two");
    expect(await hash()).not.toBe(before);
  });

  test("of 1,000 files is read", async () => {
    for (let index = 0; index < 1000; index++) write(`folder-${index % 50}/file-${index}`);
    expect((await tree(withoutGit())).size).toBe(1000);
  });
});

describe("a part of it", () => {
  test("is a file or a folder, and no folder with a longer name", async () => {
    for (const path of ["app/a", "app/b/c", "app-two/a", "file"]) write(path);
    const files = await tree(withoutGit());
    expect([...partOf(files, ["app", "file"]).keys()]).toEqual(["app/a", "app/b/c", "file"]);
    expect([...inFolder(files, "app").keys()]).toEqual(["a", "b/c"]);
  });

  test("is written with permissions that no umask changes", async () => {
    write("app/sub/file");
    write("app/run");
    chmodSync(join(root, "app/run"), 0o700);
    symlinkSync("run", join(root, "app/link"));
    const files = inFolder(await tree(withoutGit()), "app");
    const modes = (umask: number): readonly string[] => {
      const before = process.umask(umask);
      try {
        disk.writeTree(join(root, "copy"), files);
      } finally {
        process.umask(before);
      }
      return ["", "sub", "sub/file", "run"].map((path) =>
        (statSync(join(root, "copy", path)).mode & 0o777).toString(8),
      );
    };
    expect(modes(0o002)).toEqual(["755", "755", "644", "755"]);
    expect(modes(0o077)).toEqual(modes(0o002));
  });
});
