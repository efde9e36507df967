/** The layers of earlier builds of one application, in a folder that a workflow restores before a job and saves after it. */
import type { Effects } from "../core/effects.ts";

export interface LayerCache {
  /** The folder that the builder reads. */
  readonly from: string;
  /** The folder that the builder writes. It gets the layers of this build alone, or it would grow with every run. */
  readonly to: string;
}

/** @param folder as the workflow restored it; it does not exist in the first run */
export async function openLayerCache(folder: string, fx: Effects): Promise<LayerCache> {
  const from = `${folder}-earlier`;
  fx.files.remove(from);
  if (fx.files.exists(folder)) await fx.output(["mv", folder, from]);
  return { from, to: folder };
}
