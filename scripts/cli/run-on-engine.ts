import { Cancelled } from "../core/command.ts";
import { type Effects, createEffects, githubRunner } from "../core/effects.ts";
import { runningEngine, stopEngine } from "../engine/engine.ts";
import { withRunLock } from "../core/run-lock.ts";

/** Runs work under the run lock. When a signal ends it, an engine that it started is stopped, too. */
export const runOnEngine = <T>(fx: Effects, work: () => Promise<T>): Promise<T> =>
  withRunLock(fx, async () => {
    const before = await runningEngine(fx);
    try {
      return await work();
    } catch (failure) {
      // After a signal, `fx` runs no further commands.
      if (failure instanceof Cancelled && before === undefined)
        await stopEngine(createEffects({ env: fx.env, terminal: process.stdout, runner: await githubRunner(fx.env) }));
      throw failure;
    }
  });
