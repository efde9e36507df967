/** Unit tests of one application in its image's own base, then its image, as an OCI layout. */
import { mkdirSync, rmSync } from "node:fs";
import { catalog } from "../apps/catalog.ts";
import { annotateFailures } from "./annotate.ts";
import { artifactPath } from "./codecs.ts";
import { docker } from "./commands.ts";
import type { AppName, Inputs, Outputs } from "./contracts.ts";
import { type Effects, StageError, tail } from "./effects.ts";
import { type Tally, type TestCase, reportsBelow, tally, verdictLine } from "./junit.ts";
import { type Layout, readLayout } from "./oci-layout.ts";

/** What a build leaves beside the image, for the summary. */
export interface Built {
  readonly layout: Layout;
  readonly tests: Tally;
}

export async function build({ app }: Inputs<"build">, builder: string, fx: Effects): Promise<Outputs<"build">> {
  const { layout, tests } = await buildImage(app, builder, fx);
  await fx.summary(
    [
      `### ${app}`,
      "",
      "| tests | digest | size |",
      "| --- | --- | --- |",
      `| ${verdictLine(tests)} | \`${layout.digest}\` | ${megabytes(layout.size)} |`,
      "",
    ].join("\n"),
  );
  return {};
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export async function buildImage(app: AppName, builder: string, fx: Effects): Promise<Built> {
  const tests = await unitTests(app, builder, fx);
  const folder = artifactPath("oci", app);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const context = `apps/${catalog[app].image}`;
  await fx.run(docker.buildLayout({ context, builder }, folder), { title: `${app}: image` });
  return { layout: await readLayout(folder), tests };
}

/** The image that runs an application's tests, in the engine. */
export const testImage = (app: AppName, target: string): string => `wmd-${target}/${catalog[app].image}`;

async function unitTests(app: AppName, builder: string, fx: Effects): Promise<Tally> {
  const reports = artifactPath("reports", app);
  rmSync(reports, { recursive: true, force: true });
  const cases: TestCase[] = [];
  for (const target of catalog[app].tests) {
    const context = `apps/${catalog[app].image}`;
    const image = testImage(app, target);
    await fx.run(docker.buildImage({ context, target, builder }, image), { title: `${app}: image for ${target}` });
    cases.push(...(await runTests(app, target, image, `${reports}/${target}`, fx)));
  }
  return tally(cases);
}

/** The verdict is the report, with the runner's own exit code: neither alone is believed. */
async function runTests(
  app: AppName,
  target: string,
  image: string,
  folder: string,
  fx: Effects,
): Promise<readonly TestCase[]> {
  const container = `wmd-${target}-${app}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  await fx.attempt(docker.remove(container));
  try {
    await fx.capture(docker.create(container, image));
    const outcome = await fx.attemptShown(docker.start(container), { title: `${app}: ${target}` });
    await fx.attempt(docker.copyOut(container, "/reports/.", folder));
    const cases = reportsBelow(folder);
    annotateFailures(cases, fx, `apps/${catalog[app].image}/`);
    if (tally(cases).failed > 0)
      throw new StageError(
        `${app}: ${verdictLine(tally(cases))} in ${target}`,
        `The reports are in ${folder}; no image of it is built until they pass`,
      );
    if (outcome.code !== 0 || cases.length === 0)
      throw new StageError(
        `${app}: ${target} ended with ${outcome.code} and reported ${cases.length} tests\n${tail(outcome.stdout + outcome.stderr, 30)}`,
        `Run it by hand: docker run --rm ${image}`,
      );
    return cases;
  } finally {
    await fx.cleanUp(docker.remove(container));
  }
}
