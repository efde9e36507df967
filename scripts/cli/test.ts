import { artifactRoot } from "../../contract/codecs.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { explain, formatExplanation } from "../core/explain.ts";
import { duration, tail } from "../core/format.ts";
import { tools as commands } from "../core/programs.ts";
import { sharedRunLock } from "../core/run-lock.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { runLinters } from "../lint/run-linters.ts";
import { wheels } from "../lint/wheels.ts";
import { commandDifferences, withoutRunValues } from "../pipeline/command-log.ts";
import { temporaryTarget } from "../pipeline/deploy-target.ts";
import { dryRun } from "../pipeline/dry-run.ts";
import { pipeline } from "../pipeline/pipeline.ts";
import { annotatedReport } from "../reports/annotations.ts";
import { reportsBelow, resultsFolder, tally, verdictLine } from "../reports/junit.ts";
import { commandLogFile } from "./command-log-file.ts";
import { command } from "./definition/command.ts";
import { type ExitCode, exitCodes } from "./definition/exit-codes.ts";
import { runOnEngine } from "./run-on-engine.ts";

export const test = command({
  summary: "run every check, and the whole pipeline on a Docker engine",
  details: "The last line counts the tests.",
  run: (_, fx) => runOnEngine(fx, () => runTests(fx)),
});

/** A stack that serves already is left alone: this one has other ports and another name. */
const target = temporaryTarget({ http: 18_080, base: 19_000 }, "wmd-e2e");

/** Every test runs, also one that is proven. */
const everything = { engine: true, fresh: true };

/** The folders of the test reports. Each is emptied first, so that no earlier run is counted. */
const reportFolders = [resultsFolder, artifactRoot("reports"), artifactRoot("integration")];

async function runTests(fx: Effects): Promise<ExitCode> {
  const start = fx.now();
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

  await part(async () => {
    await pipeline(target, everything, fx);
    await fx.group("dry run", () => compareWithDryRun(fx));
  });
  await part(async () => {
    const { onEngine } = await prepareEngine({ engine: true }, fx);
    await part(() => fx.group("linters", () => runLinters(onEngine)));
    await part(() => fx.group("wheels", () => wheels(onEngine)));
    await part(() => fx.group("tests on the engine", () => engineTests(onEngine)));
  });

  const cases = reportFolders.flatMap((folder) => reportsBelow(folder, fx.files));
  const { passed, failed, skipped } = tally(cases);
  // A part that failed before it wrote a report counts as one failure.
  const verdict = { passed, failed: failed === 0 ? failures.length : failed, skipped };
  for (const failure of failures) fx.error(formatExplanation(explain(failure)));
  fx.log(`\n${duration(fx.now() - start)}`);
  fx.log(verdictLine(verdict));
  return verdict.failed > 0 || passed === 0 ? exitCodes.failed : exitCodes.ok;
}

/** The commands that the pipeline has just run are those that its dry run shows. */
async function compareWithDryRun(fx: Effects): Promise<void> {
  const real = fx.files
    .read(commandLogFile(["test"]))
    .split("\n")
    .filter(Boolean);
  const dry: string[] = [];
  await dryRun(
    (simulated) => pipeline(target, everything, simulated),
    fx,
    (line) => dry.push(line),
  );
  const { onlyReal, onlyDry } = commandDifferences(
    real.map((line) => withoutRunValues(line, process.pid)),
    dry,
  );
  if (onlyReal.length + onlyDry.length > 0)
    throw new UserError(
      [
        "The dry run differs from the run",
        ...onlyReal.map((line) => `  only run:   ${line}`),
        ...onlyDry.map((line) => `  only shown: ${line}`),
      ].join("\n"),
      "Correct the answers of scripts/simulation",
    );
  fx.log(`  ✓ the run executed the ${new Set(dry).size} commands that the dry run shows`);
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
      ? `The tests on the engine failed: ${verdictLine(tally(cases))}`
      : `The tests on the engine wrote no report\n${tail(outcome.stdout + outcome.stderr, 40)}`,
    "Run them alone: npx vitest --project engine",
  );
}
