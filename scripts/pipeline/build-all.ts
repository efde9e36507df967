/** The build stage of several applications at once. */
import type { AppName } from "../../apps/catalog.ts";
import { shortDigest } from "../../contract/digests.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { builderFor } from "../docker/buildx.ts";
import type { Engine } from "../engine/engine.ts";
import { megabytes } from "../core/format.ts";
import { verdictLine } from "../reports/junit.ts";
import { type Built, buildBase, buildImage } from "../stages/build.ts";

/** The number of builds at the same time: each uses more than one core by itself. */
const buildsAtOnce = 2;

export async function buildAll(
  apps: readonly AppName[],
  engine: Engine,
  fx: Effects,
): Promise<ReadonlyMap<AppName, Built>> {
  const builder = await builderFor(engine, fx);
  const base = await buildBase(builder, fx);
  const built = await pool(buildsAtOnce, apps, async (app) => [app, await buildImage(app, base, builder, fx)] as const);
  for (const [app, { tests, layout, added }] of built)
    fx.log(
      `  ${app}: ${verdictLine(tests)}, ${shortDigest(layout.digest)}, ${megabytes(layout.size)}, ${megabytes(added)} above its base`,
    );
  return new Map(built);
}
