/** The check stage, the builds and the integration, side by side: what waits leaves the processor to what computes. */
import type { AppName } from "../../apps/catalog.ts";
import { shortDigest } from "../../contract/digests.ts";
import type { Effects } from "../core/effects.ts";
import { megabytes } from "../core/format.ts";
import { allEnded, turns } from "../core/pool.ts";
import { builderFor } from "../docker/buildx.ts";
import type { Engine } from "../engine/engine.ts";
import type { Prover } from "../proofs/prover.ts";
import { verdictLine } from "../reports/junit.ts";
import { type BuildTools, type Built, baseOf, buildImage } from "../stages/build.ts";
import { check } from "../stages/check.ts";

/** Pieces of work at the same time, beside the integration: each uses more than one core for a part of it. */
const atOnce = 2;

interface Work<Integrated> {
  readonly apps: readonly AppName[];
  readonly engine: Engine;
  readonly prover: Prover;
  /** Begins when every image has been built. */
  readonly integrate: () => Promise<Integrated>;
}

interface Results<Integrated> {
  readonly built: ReadonlyMap<AppName, Built>;
  readonly integrated: Integrated;
}

/**
 * All images are built first, so that the integration begins as soon as possible. Then the check runs, and the tests in the order
 * of the applications. After a failure nothing else begins, and what is under way comes to its end.
 */
export async function sideBySide<Integrated>(
  { apps, engine, prover, integrate }: Work<Integrated>,
  fx: Effects,
): Promise<Results<Integrated>> {
  const builder = await builderFor(engine, fx);
  const base = baseOf(builder, fx);
  const { take, end } = turns(atOnce);
  const built = new Map<AppName, Built>();
  const builds: Promise<void>[] = [];
  const buildOne = async (app: AppName, index: number, onImage: () => void): Promise<void> => {
    const own: BuildTools["turns"] = {
      image: (work) => take(work, index),
      tests: (work) => take(work, apps.length + index),
    };
    const image = await buildImage(app, { builder, prover, base, turns: own, onImage }, fx);
    built.set(app, image);
    const { tests, layout, added } = image;
    if (added !== undefined)
      fx.log(
        `  ✓ ${app}: ${verdictLine(tests)}, ${shortDigest(layout.digest)}, ${megabytes(layout.size)}, ${megabytes(added)} above its base`,
      );
  };
  const images = apps.map(
    (app, index) =>
      new Promise<void>((resolve, reject) => {
        const build = buildOne(app, index, resolve);
        build.catch(reject);
        builds.push(build);
      }),
  );
  const allImages = Promise.all(images);
  const checked = allImages.then(() => take(() => check({ settings: {} }, prover, fx)));
  const integrated = allImages.then(integrate).catch((failure: unknown) => {
    end(failure);
    throw failure;
  });
  await allEnded<unknown>([checked, ...builds, integrated]);
  return { built, integrated: await integrated };
}
