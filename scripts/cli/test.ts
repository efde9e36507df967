/** Everything, proven: checks, tools, and the whole pipeline on an engine. The last line counts what the runners reported. */
import { artifactRoot } from "../../contract/codecs.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { explain } from "../core/explain.ts";
import { duration, tail } from "../core/format.ts";
import { tools as commands } from "../core/programs.ts";
import { sharedRunLock } from "../core/run-lock.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { tools } from "../lint/run-linters.ts";
import { wheels } from "../lint/wheels.ts";
import { temporaryTarget } from "../pipeline/deploy-target.ts";
import { pipeline } from "../pipeline/pipeline.ts";
import { annotatedReport } from "../reports/annotations.ts";
import { reportsBelow, tally, verdictLine } from "../reports/junit.ts";
import { resultsFolder } from "../stages/check.ts";

/** Beside a stack that serves. */
const target = temporaryTarget({ http: 18_080, base: 19_000 }, "wmd-e2e");

/** Where reports may lie; every folder is emptied first, so that no earlier run is counted. */
const reportFolders = [resultsFolder, artifactRoot("reports"), artifactRoot("integration")];

export async function test(fx: Effects): Promise<void> {
  const began = fx.now();
  for (const folder of reportFolders) fx.files.remove(folder);
  fx.files.makeFolder(resultsFolder);
  const failures: unknown[] = [];
  const part = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (failure) {
      fx.throwIfCancelled();
      failures.push(failure);
    }
  };

  await part(() => pipeline(target, { engine: true }, fx));
  await part(async () => {
    const { onEngine } = await prepareEngine({ engine: true }, fx);
    await part(() => fx.group("linters", () => tools(onEngine)));
    await part(() => fx.group("wheels", () => wheels(onEngine)));
    await part(() => fx.group("tests on the engine", () => engineTests(onEngine)));
  });

  const cases = reportFolders.flatMap((folder) => reportsBelow(folder, fx.files));
  const { passed, failed, skipped } = tally(cases);
  // A part that broke before it could report is a failure too.
  const verdict = { passed, failed: failed === 0 ? failures.length : failed, skipped };
  for (const { message, remedy } of failures.map(explain))
    fx.error(remedy === undefined ? message : `${message}\n  → ${remedy}`);
  fx.log(`\n${duration(fx.now() - began)}`);
  fx.log(verdictLine(verdict));
  if (verdict.failed > 0 || passed === 0) process.exitCode = 1;
}

async function engineTests(fx: Effects): Promise<void> {
  const report = `${resultsFolder}/engine.xml`;
  const outcome = await fx.tryRun(commands.engineTests(report), {
    title: "tests on the engine",
    env: sharedRunLock(),
  });
  const cases = annotatedReport(report, fx);
  if (outcome.code === 0) return;
  throw new UserError(
    cases.length > 0
      ? `The tests on the engine are red: ${verdictLine(tally(cases))}`
      : `The tests on the engine left no report\n${tail(outcome.stdout + outcome.stderr, 40)}`,
    "npx vitest --project engine runs them alone",
  );
}
