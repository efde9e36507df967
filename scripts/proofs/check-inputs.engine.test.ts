/** The checks give the same verdict where each file whose contents they do not declare has other contents. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEffects } from "../core/effects.ts";
import { readSourceTree, sourceFile } from "../core/source-tree.ts";
import { checkInputs } from "./work-inputs.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "wmd-check-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("the checks read no contents that they do not declare", async () => {
  const sources = await readSourceTree(fx);
  const undeclared = [...sources].filter(([path]) => checkInputs.namedOnly?.test(path));
  expect(undeclared.length).toBeGreaterThan(0);
  const other = sourceFile("file", Buffer.from("other contents"));
  fx.files.writeTree(root, new Map([...sources, ...undeclared.map(([path]) => [path, other] as const)]));
  symlinkSync(resolve("node_modules"), join(root, "node_modules"));
  const { code, stdout, stderr } = await fx.tryRun(["npm", "run", "check"], { cwd: root });
  expect(code, stdout + stderr).toBe(0);
});
