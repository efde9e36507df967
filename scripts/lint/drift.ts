/**
 * Loads the compiler of `workflows-src` when it is needed.
 * If its sources do not load, `npm run check` can still run the type checker, which names the line.
 */
import { UserError } from "../../contract/user-error.ts";
import type * as Synth from "../../workflows-src/synth.ts";

/** @throws UserError when a source throws while it is loaded */
export async function loadSynth(): Promise<typeof Synth> {
  try {
    return await import("../../workflows-src/synth.ts");
  } catch (cause) {
    throw new UserError(
      `workflows-src does not load: ${cause instanceof Error ? cause.message : String(cause)}`,
      "Run `npm run check`: the type checker names the line",
      { cause },
    );
  }
}
