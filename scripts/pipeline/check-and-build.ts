/** The check stage beside the builds: those of the applications, and of the images that the integration tests need. */
import type { AppName } from "../../apps/catalog.ts";
import { shortDigest } from "../../contract/digests.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { builderFor } from "../docker/buildx.ts";
import type { Engine } from "../engine/engine.ts";
import { megabytes } from "../core/format.ts";
import { buildTestImages } from "../integration/test-stack.ts";
import type { Prover } from "../proofs/prover.ts";
import { verdictLine } from "../reports/junit.ts";
import { type Built, baseOf, buildImage } from "../stages/build.ts";
import { check } from "../stages/check.ts";

/** Pieces of work at the same time: each uses more than one core for a part of it. */
const atOnce = 2;

/** After a failed check no other build begins. */
export async function checkAndBuild(
  apps: readonly AppName[],
  engine: Engine,
  prover: Prover,
  fx: Effects,
): Promise<ReadonlyMap<AppName, Built>> {
  const builder = await builderFor(engine, fx);
  const tools = { builder, prover, base: baseOf(builder, fx) };
  const built = new Map<AppName, Built>();
  const buildOne = async (app: AppName): Promise<void> => {
    const image = await buildImage(app, tools, fx);
    built.set(app, image);
    const { tests, layout, added } = image;
    if (added !== undefined)
      fx.log(
        `  ✓ ${app}: ${verdictLine(tests)}, ${shortDigest(layout.digest)}, ${megabytes(layout.size)}, ${megabytes(added)} above its base`,
      );
  };
  /** Where no image is new, the integration is most likely proven, too. */
  const prepareIntegration = async (): Promise<void> => {
    if ([...built.values()].some(({ added }) => added !== undefined)) await buildTestImages(fx);
  };
  await pool(
    atOnce,
    [() => check({ settings: {} }, prover, fx), ...apps.map((app) => () => buildOne(app)), prepareIntegration],
    async (work) => void (await work()),
  );
  return built;
}
