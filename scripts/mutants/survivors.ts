/** The layers for the survivors of all others: the type checker, and a real nginx. Each runs in a copy of the repository. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { readSourceTree } from "../core/source-tree.ts";
import { type Judged, type Mutant, caughtBy } from "./mutant.ts";
import { withMutants } from "./type-errors.ts";
import { type Checked, judgeTypes } from "./type-passes.ts";

const program = (name: string): string => join("node_modules", ".bin", name);
const types: Command = [program("tsc"), "--noEmit", "--pretty", "false"];
const nginx: Command = [program("vitest"), "run", "--project", "unit", "tests/proxy/requests.test.ts"];

/** The mutated files stand in the folder while the work runs. */
async function inFolder<Result>(
  folder: string,
  texts: ReadonlyMap<string, string>,
  work: () => Promise<Result>,
): Promise<Result> {
  for (const [path, text] of texts) writeFileSync(join(folder, path), text);
  try {
    return await work();
  } finally {
    for (const path of texts.keys()) cpSync(path, join(folder, path));
  }
}

async function checkTypes(pass: readonly Judged[], folder: string, fx: Effects): Promise<Checked> {
  const begun = fx.now();
  const texts = withMutants(
    pass.map(({ mutant }) => mutant),
    (path) => readFileSync(path, "utf8"),
  );
  const { stdout } = await inFolder(folder, texts, () => fx.tryRun(types, { cwd: folder }));
  return { output: stdout, milliseconds: fx.now() - begun };
}

async function runNginx(judged: Judged, folder: string, fx: Effects): Promise<Judged> {
  const configuration =
    judged.verdict.kind === "survived"
      ? judged.verdict.changed.find(([path]) => path === "nginx.conf")?.[1]
      : undefined;
  if (configuration === undefined) return judged;
  const begun = fx.now();
  const texts = new Map([["nginx.conf", configuration]]);
  const { code, stdout } = await inFolder(folder, texts, () => fx.tryRun(nginx, { cwd: folder }));
  return code === 0 ? judged : caughtBy(judged, "nginx", tail(stdout, 1), fx.now() - begun);
}

/** @param isExplained whether a survivor is accepted: it is not judged again */
export async function judgeSurvivors(
  judged: readonly Judged[],
  isExplained: (mutant: Mutant) => boolean,
  fx: Effects,
): Promise<readonly Judged[]> {
  const open = judged.filter(({ mutant, verdict }) => verdict.kind === "survived" && !isExplained(mutant));
  if (open.length === 0) return judged;
  mkdirSync(".pipeline", { recursive: true });
  const folder = mkdtempSync(join(".pipeline", "mutants-"));
  try {
    fx.files.writeTree(folder, await readSourceTree(fx));
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    // Without a mutant both have to pass: otherwise they would notice nothing of a mutant.
    await fx.output(types, { cwd: folder });
    const typed = await judgeTypes(
      open.filter(({ mutant }) => mutant.range),
      (pass) => checkTypes(pass, folder, fx),
    );
    const left = [...typed, ...open.filter(({ mutant }) => !mutant.range)];
    if (left.some(changesNginx)) await fx.output(nginx, { cwd: folder });
    const result: Judged[] = [];
    for (const one of left) result.push(await runNginx(one, folder, fx));
    return [...judged.filter((one) => !open.includes(one)), ...result];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const changesNginx = ({ verdict }: Judged): boolean =>
  verdict.kind === "survived" && verdict.changed.some(([path]) => path === "nginx.conf");
