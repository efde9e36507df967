/** The layers for the survivors of all others: the type checker, and a real nginx. Each runs in a copy of the repository. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import type { Judged, Layer, Mutant, Verdict } from "./mutant.ts";

const copied = ["apps/catalog.ts", "apps/reverse-proxy", "contract", "scripts", "workflows-src", "tests", "nginx.conf"];
const settings = ["package.json", "tsconfig.json", "vitest.config.ts"];

const program = (name: string): string => join("node_modules", ".bin", name);
const types: Command = [program("tsc"), "--noEmit"];
const nginx: Command = [program("vitest"), "run", "--project", "unit", "tests/proxy/requests.test.ts"];

function withMutant(folder: string, { file, range, replacement }: Mutant): void {
  const text = readFileSync(file, "utf8");
  if (range) writeFileSync(join(folder, file), text.slice(0, range[0]) + replacement + text.slice(range[1]));
}

async function caughtBy(layer: Layer, command: Command, folder: string, fx: Effects): Promise<Verdict | undefined> {
  const { code, stdout, stderr } = await fx.tryRun(command, { cwd: folder });
  return code === 0 ? undefined : { kind: "caught", layer, finding: tail(stdout || stderr, 1) };
}

async function judgeFurther(judged: Judged, folder: string, fx: Effects): Promise<Judged> {
  const { mutant, verdict, milliseconds } = judged;
  if (verdict.kind !== "survived") return judged;
  const begun = fx.now();
  withMutant(folder, mutant);
  const configuration = verdict.changed.find(([path]) => path === "nginx.conf")?.[1];
  if (configuration !== undefined) writeFileSync(join(folder, "nginx.conf"), configuration);
  try {
    const found =
      (mutant.range && (await caughtBy("types", types, folder, fx))) ??
      (configuration === undefined ? undefined : await caughtBy("nginx", nginx, folder, fx));
    return { mutant, verdict: found ?? verdict, milliseconds: milliseconds + fx.now() - begun };
  } finally {
    for (const path of [...(mutant.range ? [mutant.file] : []), "nginx.conf"]) cpSync(path, join(folder, path));
  }
}

/** @throws UserError when the copy does not pass without a mutant */
export async function judgeSurvivors(
  judged: readonly Judged[],
  isExplained: (mutant: Mutant) => boolean,
  fx: Effects,
): Promise<readonly Judged[]> {
  if (!judged.some(({ mutant, verdict }) => verdict.kind === "survived" && !isExplained(mutant))) return judged;
  mkdirSync(".pipeline", { recursive: true });
  const folder = mkdtempSync(join(".pipeline", "mutants-"));
  try {
    for (const path of [...copied, ...settings]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(path, join(folder, path), { recursive: true });
    }
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    await fx.output(types, { cwd: folder });
    const result: Judged[] = [];
    for (const one of judged) result.push(isExplained(one.mutant) ? one : await judgeFurther(one, folder, fx));
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
