/** The compiler of `workflows-src`, loaded only when it is asked for: sources that do not load must not silence who says why. */
import type * as Synth from "../../workflows-src/synth.ts";
import { UserError } from "../../contract/user-error.ts";

/** @throws UserError when a source throws while it is loaded */
export async function loadSynth(): Promise<typeof Synth> {
  try {
    return await import("../../workflows-src/synth.ts");
  } catch (cause) {
    throw new UserError(
      `workflows-src does not load: ${cause instanceof Error ? cause.message : String(cause)}`,
      "npm run check: the compiler names the line",
      { cause },
    );
  }
}
