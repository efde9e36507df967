/** Makes an engine and the base images of the builds available. */
import { images } from "../../contract/base-images.ts";
import type { Effects } from "../core/effects.ts";
import { engineBuilder } from "../docker/buildx.ts";
import { ensureBases } from "./bases.ts";
import { type Engine, ensureEngine } from "./engine.ts";

export interface Prepared {
  readonly engine: Engine;
  /** Effects whose docker commands use that engine, and build with its own builder where they name none. */
  readonly onEngine: Effects;
}

/** @param options.engine whether an engine may be unpacked and started when none is running */
export async function prepareEngine(options: { readonly engine: boolean }, fx: Effects): Promise<Prepared> {
  const engine = await ensureEngine(fx, { install: options.engine });
  await ensureBases(fx, engine, Object.values(images));
  const onEngine = fx.withEnv(engine.env);
  return { engine, onEngine: onEngine.withEnv({ BUILDX_BUILDER: await engineBuilder(onEngine) }) };
}
