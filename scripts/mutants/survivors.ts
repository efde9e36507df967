/** The layers for the survivors of all others: the type checker, and a real nginx. Each runs in a copy of the repository. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { readSourceTree } from "../core/source-tree.ts";
import type { Judged, Layer, Mutant } from "./mutant.ts";
import { allErrors, errorsOf, passesOf, withMutants } from "./type-errors.ts";

const program = (name: string): string => join("node_modules", ".bin", name);
const types: Command = [program("tsc"), "--noEmit", "--pretty", "false"];
const nginx: Command = [program("vitest"), "run", "--project", "unit", "tests/proxy/requests.test.ts"];

const caughtBy = (judged: Judged, layer: Layer, finding: string, milliseconds: number): Judged => ({
  mutant: judged.mutant,
  verdict: { kind: "caught", layer, finding },
  milliseconds: judged.milliseconds + milliseconds,
});

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

/**
 * The type checker over many mutants at once. An error on the lines of a mutant is its own. A mutant with an error can hide the
 * errors of others, so those are checked again without it. Where errors are left that come of some mutant elsewhere, each mutant
 * gets a pass of its own.
 */
async function checkTypes(survivors: readonly Judged[], folder: string, fx: Effects): Promise<readonly Judged[]> {
  const done: Judged[] = [];
  const queue = [...passesOf(survivors)];
  for (let pass = queue.shift(); pass !== undefined; pass = queue.shift()) {
    const { output, milliseconds } = await typeErrors(pass, folder, fx);
    const share = milliseconds / pass.length;
    const own = pass.map((one) => ({ one, error: errorsOf(output, one.mutant)[0] }));
    const clean = own.filter(({ error }) => error === undefined).map(({ one }) => one);
    done.push(...own.flatMap(({ one, error }) => (error === undefined ? [] : [caughtBy(one, "types", error, share)])));
    const [elsewhere] = allErrors(output);
    if (elsewhere === undefined) done.push(...clean);
    else if (clean.length < pass.length) queue.push(...(clean.length > 0 ? [clean] : []));
    else if (pass.length > 1) queue.push(...clean.map((one) => [one]));
    else done.push(...clean.map((one) => caughtBy(one, "types", elsewhere, milliseconds)));
  }
  return done;
}

async function typeErrors(pass: readonly Judged[], folder: string, fx: Effects) {
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
    const typed = await checkTypes(
      open.filter(({ mutant }) => mutant.range),
      folder,
      fx,
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
