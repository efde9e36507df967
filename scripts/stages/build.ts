/** Builds the image of one application as an OCI layout, and runs its unit tests in an image on the same base. */
import { type AppName, catalog } from "../../apps/catalog.ts";
import { annotateFailures } from "../reports/annotations.ts";
import { artifactPath } from "../../contract/codecs.ts";
import { readSourceTree } from "../core/source-tree.ts";
import { type BuildContext, buildContextOf } from "../docker/build-context.ts";
import { buildx } from "../docker/buildx.ts";
import { docker } from "../docker/docker.ts";
import { type LayerCache, openLayerCache } from "../docker/layer-cache.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Effects } from "../core/effects.ts";
import type { Files } from "../core/files.ts";
import type { Turn } from "../core/pool.ts";
import { UserError } from "../../contract/user-error.ts";
import { megabytes, tail } from "../core/format.ts";
import { readContents } from "../oci/layers.ts";
import { imageFindings, summarized } from "../oci/image-policy.ts";
import { images } from "../../contract/base-images.ts";
import { type Tally, type TestCase, reportsBelow, tally, verdictLine } from "../reports/junit.ts";
import { markdownTable } from "../reports/markdown.ts";
import { type Layout, readLayout } from "../oci/layout.ts";
import { type Prover, testsOf } from "../proofs/prover.ts";
import { applicationInputs } from "../proofs/work-inputs.ts";
import { type TestDatabase, withPostgres } from "../docker/postgres-container.ts";

/** The results of a build, for the summary. */
export interface Built {
  readonly layout: Layout;
  /** Compressed bytes of the layers above the base; undefined where an earlier image was taken. */
  readonly added: number | undefined;
  readonly tests: Tally;
}

export interface BuildTools {
  /** The name of the buildx builder. */
  readonly builder: string;
  readonly prover: Prover;
  /** The base image of all applications: its layers tell ours from its own. */
  readonly base: () => Promise<Layout>;
  readonly layers?: LayerCache | undefined;
  /** The turns of the image and of its tests, where builds run side by side. */
  readonly turns?: Readonly<Record<"image" | "tests", Turn>>;
  /** Receives the image before its tests have run. */
  readonly onImage?: (image: Layout) => void;
}

const atOnce: Turn = (work) => work();
const noTurns = { image: atOnce, tests: atOnce };

export async function build(
  { app, layers: folder }: Inputs<"build">,
  tools: BuildTools,
  fx: Effects,
): Promise<Outputs<"build">> {
  const layers = folder === undefined ? undefined : await openLayerCache(folder, fx);
  await fx.summary(imageSummary(app, await buildImage(app, { ...tools, layers }, fx)));
  return {};
}

const imageSummary = (app: AppName, { layout, added }: Built): string =>
  `${markdownTable([
    ["image", "digest", "size", "above its base"],
    [app, `\`${layout.digest}\``, megabytes(layout.size), added === undefined ? "as before" : megabytes(added)],
  ])}\n`;

/** Builds the image of an application and tests the application, or finds both proven. */
export const buildImage = (app: AppName, tools: BuildTools, fx: Effects): Promise<Built> => {
  const { builder, prover, base, layers, turns = noTurns, onImage } = tools;
  return prover.prove<Built>({
    work: app,
    inputs: applicationInputs(app, fx.files.read),
    recall: async (proof) => {
      const layout = await existingLayout(artifactPath("oci", app), proof.images[app], fx.files);
      if (layout === undefined) return undefined;
      onImage?.(layout);
      return { layout, added: undefined, tests: testsOf(proof) };
    },
    verdictOf: ({ layout, tests }) => ({ tests, images: { [app]: layout.digest } }),
    async run() {
      const source = { ...buildContextOf(app, await readSourceTree(fx), fx), builder, layers };
      const image = await turns.image(() => buildLayout(app, source, base, fx));
      onImage?.(image.layout);
      try {
        return { ...image, tests: await turns.tests(() => unitTests(app, source, fx)) };
      } catch (failure) {
        fx.files.remove(image.layout.folder);
        throw failure;
      }
    },
  });
};

type Source = BuildContext & Pick<BuildTools, "builder" | "layers">;

async function buildLayout(
  app: AppName,
  source: Source,
  base: BuildTools["base"],
  fx: Effects,
): Promise<Omit<Built, "tests">> {
  const folder = emptied(artifactPath("oci", app), fx);
  await fx.run(buildx.layout(source, folder), { title: `${app}: image` });
  const [layout, below] = [await readLayout(folder, fx.files), await base()];
  await enforceImagePolicy(app, layout, below, fx);
  return { layout, added: layout.size - below.size };
}

/** The image in a folder, if it is the one with the digest. */
async function existingLayout(folder: string, digest: string | undefined, files: Files): Promise<Layout | undefined> {
  if (!files.exists(`${folder}/index.json`)) return undefined;
  try {
    const layout = await readLayout(folder, files);
    return layout.digest === digest ? layout : undefined;
  } catch (cause) {
    // A damaged image is built again.
    if (cause instanceof UserError) return undefined;
    throw cause;
  }
}

/** Reads the base image as the builder has it, when it is first asked for. */
export function baseOf(builder: string, fx: Effects): () => Promise<Layout> {
  let base: Promise<Layout> | undefined;
  const read = async (): Promise<Layout> => {
    const folder = emptied(artifactPath("base"), fx);
    await fx.run(buildx.baseLayout(builder, folder), { title: "base image", input: `FROM ${images.application}\n` });
    return readLayout(folder, fx.files);
  };
  return () => (base ??= read());
}

function emptied(folder: string, fx: Effects): string {
  fx.files.remove(folder);
  fx.files.makeFolder(folder);
  return folder;
}

/** Removes the layout of an image with findings, so that no later stage can publish it. */
async function enforceImagePolicy(app: AppName, layout: Layout, base: Layout, fx: Effects): Promise<void> {
  const findings = summarized(imageFindings(await readContents(layout, base, fx.files)));
  if (findings.length === 0) return;
  for (const finding of findings) fx.error(finding, { file: `apps/${catalog[app].image}/Dockerfile` });
  fx.files.remove(layout.folder);
  throw new UserError(
    `${app}: the image breaks the image policy\n${findings.join("\n")}`,
    "The rules are in scripts/oci/image-policy.ts; a file that a later layer removes is still in the earlier one",
  );
}

/** The tag of the image that runs an application's tests. */
const testImage = (app: AppName, target: string): string => `wmd-${target}/${catalog[app].image}`;

/** The tests run on Postgres, the database of the deployed application; what differs on SQLite runs on both. */
function unitTests(app: AppName, source: Source, fx: Effects): Promise<Tally> {
  fx.files.remove(artifactPath("reports", app));
  return withPostgres(`wmd-postgres-${app}-${process.pid}`, fx, async (database) => {
    const cases: TestCase[] = [];
    for (const target of catalog[app].tests) {
      const image = testImage(app, target);
      await fx.run(buildx.image({ ...source, target }, image), { title: `${app}: image for ${target}` });
      cases.push(...(await runTests(app, image, target, database, fx)));
    }
    return tally(cases);
  });
}

/** A run passes when its report and the runner's exit code agree: neither alone is enough. */
async function runTests(
  app: AppName,
  image: string,
  target: string,
  { network, url }: TestDatabase,
  fx: Effects,
): Promise<readonly TestCase[]> {
  const folder = `${artifactPath("reports", app)}/${target}`;
  const container = `wmd-tests-${app}-${process.pid}`;
  fx.files.makeFolder(folder);
  await fx.tryRun(docker.remove(container));
  try {
    await fx.output(docker.create(container, image, { network, env: { DATABASE_URL: url } }));
    const outcome = await fx.tryRun(docker.start(container), { title: `${app}: ${target}` });
    await fx.tryRun(docker.copyOut(container, "/reports/.", folder));
    const cases = reportsBelow(folder, fx.files);
    annotateFailures(cases, fx, `apps/${catalog[app].image}/`);
    if (tally(cases).failed > 0)
      throw new UserError(
        `${app}: ${verdictLine(tally(cases))} in ${target}`,
        `The reports are in ${folder}; no image of it is left until they pass`,
      );
    if (outcome.code !== 0 || cases.length === 0)
      throw new UserError(
        `${app}: ${target} ended with ${outcome.code} and reported ${cases.length} tests\n${tail(outcome.stdout + outcome.stderr, 30)}`,
        `Run it by hand: docker run --rm ${image}`,
      );
    return cases;
  } finally {
    await fx.cleanUp(docker.remove(container));
  }
}
