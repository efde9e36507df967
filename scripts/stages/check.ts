/** Checks that need no engine: types, lint, format, unused code, workflows, generated files, and the unit tests. */
import { annotatedReport } from "../reports/annotations.ts";
import { tools } from "../core/programs.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import { pool } from "../core/pool.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { tail } from "../core/format.ts";
import { loadSynth } from "../lint/drift.ts";
import { driftRemedy } from "../lint/pin-drift.ts";
import { type Prover, testsOf } from "../proofs/prover.ts";
import { checkInputs } from "../proofs/work-inputs.ts";
import { type Tally, parseReport, resultsFolder, tally, verdictLine } from "../reports/junit.ts";
import { placesIn } from "../reports/places.ts";

const checksAtOnce = 2;
const unitReport = `${resultsFolder}/unit.xml`;

interface Finding {
  readonly title: string;
  readonly report: string;
}

export async function check(_: Inputs<"check">, prover: Prover, fx: Effects): Promise<Outputs<"check">> {
  await prover.prove({
    work: "check",
    inputs: checkInputs,
    recall: async (proof) => testsOf(proof),
    run: () => runChecks(fx),
    verdictOf: (tests) => ({ tests, images: {} }),
  });
  return {};
}

async function runChecks(fx: Effects): Promise<Tally> {
  fx.files.makeFolder(resultsFolder);
  fx.files.remove(unitReport);
  const findings = [
    ...(await driftFindings(fx)),
    ...(
      await pool(
        checksAtOnce,
        [
          // The longest first, so that it does not run alone at the end.
          () => unitTestFindings(fx),
          () => runCheck("lint", tools.lint, fx),
          () => runCheck("unused code", tools.unused, fx),
          () => runCheck("types", tools.types, fx),
          () => runCheck("workflows", tools.workflows, fx),
          () => runCheck("format", tools.format, fx),
        ],
        (runOne) => runOne(),
      )
    ).flat(),
  ];
  if (findings.length > 0)
    throw new UserError(
      findings.map(({ title, report }) => `${title}:\n${tail(report, 40)}`).join("\n\n"),
      "Fix the findings above; `npm run synth` writes the generated files, `npm run format` formats",
    );
  return tally(parseReport(fx.files.read(unitReport)));
}

async function driftFindings(fx: Effects): Promise<readonly Finding[]> {
  let found;
  try {
    found = (await loadSynth()).drift(".");
  } catch (failure) {
    if (!(failure instanceof UserError)) throw failure;
    fx.error(failure.message);
    return [{ title: "generated files", report: failure.message }];
  }
  for (const drift of found)
    fx.error(`differs from what the sources generate: ${driftRemedy([drift])}`, { file: drift.path });
  if (found.length === 0) fx.log("  ✓ generated files match their sources");
  return found.map((drift) => ({
    title: `${drift.path} differs from what is generated (${driftRemedy([drift])})`,
    report: drift.patch,
  }));
}

async function runCheck(title: string, command: Command, fx: Effects): Promise<readonly Finding[]> {
  // A command of our own must not annotate the findings, too.
  const outcome = await fx.tryRun(command, { title, env: { GITHUB_ACTIONS: "" } });
  if (outcome.code === 0) return [];
  const report = outcome.stdout + outcome.stderr;
  for (const place of placesIn(report)) fx.error(place.message, { file: place.file, line: place.line });
  return [{ title, report }];
}

async function unitTestFindings(fx: Effects): Promise<readonly Finding[]> {
  const outcome = await fx.tryRun(tools.unitTests(unitReport), { title: "unit tests" });
  const cases = annotatedReport(unitReport, fx);
  if (outcome.code === 0 && tally(cases).failed === 0 && cases.length > 0) {
    fx.log(`  ✓ ${verdictLine(tally(cases))}`);
    return [];
  }
  const title = `unit tests: ${cases.length === 0 ? "no report" : verdictLine(tally(cases))}`;
  return [{ title, report: tally(cases).failed > 0 ? "  listed above" : outcome.stdout + outcome.stderr }];
}
