/** Against git itself, in a repository of its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEffects } from "./effects.ts";
import { git } from "./git.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });
let cwd: string;
const author = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"] as const;
const run = (...words: readonly string[]) => fx.output(["git", ...author, ...words], { cwd });

/** Commits a file, and returns the commit. */
async function commit(path: string, content: string): Promise<string> {
  writeFileSync(join(cwd, path), content);
  await run("add", "--all");
  await run("commit", "--quiet", "--no-verify", "--message", path);
  return (await run("rev-parse", "HEAD")).trim();
}

let [first, code, other]: readonly string[] = [];
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "wmd-git-"));
  await run("init", "--quiet");
  first = await commit("README.md", "first");
  code = await commit("caf\u00e9\nline.py", "code");
  await run("reset", "--quiet", "--hard", first);
  other = await commit("other.py", "other");
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe("commits compared by git", () => {
  test.each([
    ["a commit before", () => [first, code], 0],
    ["the commit itself", () => [code, code], 0],
    ["a commit after", () => [code, first], 1],
    ["a commit of another history", () => [code, other], 1],
    ["a commit that git does not know", () => ["f".repeat(40), code], 128],
  ])("%s", async (_, pair, exit) => {
    const [one = "", two = ""] = pair();
    expect((await fx.tryRun(git.isAncestor(one, two), { cwd })).code).toBe(exit);
  });

  test("what differs is the same in both directions, whatever the names are", async () => {
    const between = async (one = "", two = "") =>
      (await fx.output(git.changed(one, two), { cwd })).split("\0").filter(Boolean).toSorted();
    const both = ["caf\u00e9\nline.py", "other.py"];
    expect(await between(code, other)).toEqual(both);
    expect(await between(other, code)).toEqual(both);
    expect(await between(code, code)).toEqual([]);
  });
});
