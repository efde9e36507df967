/** Locks of this machine for work that has `Effects`: the wait is logged, and a signal ends it. */
import type { Effects } from "./effects.ts";
import { type Holder, describeHolder, withLock } from "./lock.mjs";

/** Names the process on whose behalf a process runs, and whose run lock it shares. */
export const runLockHolder = "RUN_LOCK_HOLDER";

/** For the environment of a process that this one starts while it holds the run lock. */
export const sharedRunLock = (): Readonly<Record<string, string>> => ({ [runLockHolder]: String(process.pid) });

/**
 * Runs work that creates, replaces or removes what the project has on this machine's engine. All users and all clones share
 * the lock: another process that asks for it waits, and logs who holds it, since when, and where.
 */
export const withRunLock = async <T>(fx: Effects, work: () => Promise<T>): Promise<T> =>
  await withMachineLock("wmd-run", fx, work, fx.env[runLockHolder]);

/** @param name at most 40 letters, digits and hyphens */
export async function withMachineLock<T>(
  name: string,
  fx: Pick<Effects, "log" | "signal">,
  work: () => Promise<T>,
  sharedWith?: string,
): Promise<T> {
  const onWait = (holder: Holder | undefined) => fx.log(`Waiting for ${describeHolder(holder)}; Ctrl-C ends the wait`);
  return await withLock({ name, onWait, signal: fx.signal, sharedWith }, work);
}
