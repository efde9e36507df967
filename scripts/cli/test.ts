/** Everything, proven: checks, tools, and the whole pipeline on an engine. The last line counts what the runners reported. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { annotatedReport } from "../reports/annotations.ts";
import { resultsFolder } from "../stages/check.ts";
import { artifactRoot } from "../../contract/codecs.ts";
import { compose, liveProject, placeholders } from "../docker/compose.ts";
import { stackName } from "../../contract/names.ts";
import { tools as commands } from "../core/programs.ts";
import { deployCompose } from "../rollout/compose-release.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { duration, tail } from "../core/format.ts";
import { explain } from "../core/explain.ts";
import { reportsBelow, tally, verdictLine } from "../reports/junit.ts";
import { withRegistry } from "../docker/registry-container.ts";
import { stackPorts } from "../docker/ports.ts";
import type { DeployTarget } from "../pipeline/deploy-target.ts";
import { pipeline } from "../pipeline/pipeline.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { tools } from "../lint/run-linters.ts";
import { wheels } from "../lint/wheels.ts";

/** Beside a stack that serves: other ports, another name, a registry that is thrown away. */
const ports = { http: 18_080, base: 19_000 };
const project = { ...liveProject, name: "wmd-e2e" };
const site: DeployTarget = {
  ports,
  needs: { ports: stackPorts(ports), labels: [] },
  publishing: (fx, work) => withRegistry(fx, (host) => work({ name: `${host}/${stackName}` })),
  async deploy(release, fx) {
    try {
      await deployCompose(release, project, fx);
    } finally {
      await fx.cleanUp(compose.down(project, { volumes: true }), { env: placeholders });
    }
  },
};

/** Where reports may lie; every folder is emptied first, so that no earlier run is counted. */
const reportFolders = [resultsFolder, artifactRoot("reports"), artifactRoot("integration")];

export async function test(fx: Effects): Promise<void> {
  const began = performance.now();
  for (const folder of reportFolders) rmSync(folder, { recursive: true, force: true });
  mkdirSync(resultsFolder, { recursive: true });
  const failures: unknown[] = [];
  const part = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (failure) {
      fx.throwIfCancelled();
      failures.push(failure);
    }
  };

  await part(() => pipeline(site, { engine: true }, fx));
  await part(() => prepareEngine({ engine: true }, fx));
  await part(() => fx.group("tools", () => tools(fx)));
  await part(() => fx.group("wheels", () => wheels(fx)));
  await part(() => fx.group("on the engine", () => engineTests(fx)));

  const cases = reportFolders.filter((folder) => existsSync(folder)).flatMap(reportsBelow);
  const { passed, failed, skipped } = tally(cases);
  // A part that broke before it could report is a failure too.
  const verdict = { passed, failed: failed === 0 ? failures.length : failed, skipped };
  for (const { message, remedy } of failures.map(explain))
    fx.error(remedy === undefined ? message : `${message}\n  → ${remedy}`);
  fx.log(`\n${duration(performance.now() - began)}`);
  fx.log(verdictLine(verdict));
  if (verdict.failed > 0 || passed === 0) process.exitCode = 1;
}

async function engineTests(fx: Effects): Promise<void> {
  const report = `${resultsFolder}/engine.xml`;
  const outcome = await fx.tryRun(commands.engineTests(report), { title: "tests on the engine" });
  const cases = annotatedReport(report, fx);
  if (outcome.code === 0) return;
  throw new UserError(
    cases.length > 0
      ? `The tests on the engine are red: ${verdictLine(tally(cases))}`
      : `The tests on the engine left no report\n${tail(outcome.stdout + outcome.stderr, 40)}`,
    "npx vitest --project engine runs them alone",
  );
}
