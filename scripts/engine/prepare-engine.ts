/** An engine with the base images that the builds need. */
import { images } from "../../contract/base-images.ts";
import type { Effects } from "../core/effects.ts";
import { ensureBases } from "./bases.ts";
import { type Engine, ensureEngine } from "./engine.ts";

export interface Prepared {
  readonly engine: Engine;
  /** Effects whose docker commands reach that engine. */
  readonly onEngine: Effects;
}

/** @param options.engine whether an engine may be installed where there is none */
export async function prepareEngine(options: { readonly engine: boolean }, fx: Effects): Promise<Prepared> {
  const engine = await ensureEngine(fx, { install: options.engine });
  await ensureBases(fx, engine, Object.values(images));
  return { engine, onEngine: fx.withEnv(engine.env) };
}
