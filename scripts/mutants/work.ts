/** Judges a share of the mutants in a thread of its own. */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { catalog } from "../../apps/catalog.ts";
import { UserError } from "../../contract/user-error.ts";
import { findingsAbout, hashFindings } from "../../workflows-src/properties/compiled-findings.ts";
import { acceptJsonModules } from "../verify/json-modules.ts";
import type { Compiler } from "./compiler.ts";
import { deliberate, deliberateMutant } from "./deliberate.ts";
import type { Rules } from "./judge.ts";
import type { Judged, Mutant, Texts, Verdict } from "./mutant.ts";
import type { SourceMutant } from "./source-mutants.ts";
import { type TextMutant, applied } from "./text-mutant.ts";
import { textMutants } from "./text-mutants.ts";

export interface Work {
  readonly bundled: string;
  readonly sources: readonly SourceMutant[];
  /** The share of this thread: each `of`-th mutant from `first` on. */
  readonly first: number;
  readonly of: number;
  /** Mutants of files whose paths begin with this. */
  readonly only: string;
}

export type Message =
  | { readonly total: number }
  | { readonly judged: Judged }
  | { readonly failure: string; readonly remedy: string };

const send = (message: Message): void => parentPort?.postMessage(message, []);

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

const aboutContent: Rules = (changed, texts) => findingsAbout(changed, texts, catalog);
const own: Rules = (changed, texts) => {
  const found = aboutContent(changed, texts);
  return found.length > 0 ? found : hashFindings(texts);
};
/** Any change of these is another hash. What counts is that a rule is about the change itself. */
const hashed = ["nginx.conf", "landing.html", "prometheus.yml"];

async function work({ bundled, sources, first, of, only }: Work): Promise<void> {
  acceptJsonModules();
  const { createJudge } = await import("./judge.ts");
  const { loadCompilers } = await import("./compiler.ts");
  const compilers = loadCompilers(bundled);
  const inputs: Texts = compilers.run(
    undefined,
    (compiler) => new Map(compiler.sourceFiles.map((path) => [path, read(path) ?? ""])),
  );
  const compiled = (compiler: Compiler): Texts => compiler.compile(inputs, read);
  const base = compilers.run(undefined, compiled);
  const { ours } = await import("../verify/knowledge.ts");
  const judge = await createJudge(base, own, ours);
  const reached = compilers.reached(compiled);

  const judgeSource = async (mutant: SourceMutant): Promise<Verdict> => {
    if (!reached.has(mutant.id)) return { kind: "unchanged" };
    // The compilers are no part of the rules, but the catalog and the contract are.
    const isCompiler = mutant.file.startsWith("workflows-src/");
    let judging: Promise<Verdict>;
    try {
      judging = compilers.run(mutant.id, (compiler) =>
        judge(compiled(compiler), isCompiler ? own : compiler.findings, compiler.knowledge),
      );
    } catch (cause) {
      return { kind: "caught", layer: "synth", finding: cause instanceof Error ? cause.message : String(cause) };
    }
    return judging;
  };
  const judgeText = (mutant: TextMutant): Promise<Verdict> =>
    judge(applied(mutant, base), hashed.includes(mutant.file) ? aboutContent : own, ours);

  const all = [
    ...sources.map((mutant) => ({ mutant: mutant as Mutant, judged: () => judgeSource(mutant) })),
    ...[...textMutants(base), ...deliberate.map((one) => deliberateMutant(one, base))].map((mutant) => ({
      mutant: mutant as Mutant,
      judged: () => judgeText(mutant),
    })),
  ].filter(({ mutant }) => mutant.file.startsWith(only));
  send({ total: all.length });
  for (const { mutant, judged } of all.filter((_, index) => index % of === first)) {
    const begun = performance.now();
    const verdict = await judged();
    send({ judged: { mutant: described(mutant), verdict, milliseconds: performance.now() - begun } });
  }
}

/** What another thread can receive. */
const described = ({ family, file, line, operator, original, replacement, range }: Mutant): Mutant => ({
  family,
  file,
  line,
  operator,
  original,
  replacement,
  ...(range ? { range } : {}),
});

try {
  await work(workerData as Work);
} catch (cause) {
  send({
    failure: cause instanceof Error ? cause.message : String(cause),
    remedy: cause instanceof UserError ? cause.remedy : "Run `npm run check`, and correct what it finds",
  });
}
