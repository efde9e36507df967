/** An engine with the base images that the builds need. */
import { images } from "../../contract/base-images.ts";
import type { Effects } from "../core/effects.ts";
import { ensureBases } from "./bases.ts";
import { type Engine, ensureEngine } from "./engine.ts";

export async function prepareEngine(options: { readonly engine: boolean }, fx: Effects): Promise<Engine> {
  const engine = use(await ensureEngine(fx, { install: options.engine }));
  await ensureBases(fx, engine, Object.values(images));
  return engine;
}

/** From here on every command of this process reaches it. */
export function use(engine: Engine): Engine {
  Object.assign(process.env, engine.env);
  return engine;
}
