/** Runs work under a lock of this machine. The wait for the lock is logged, and a signal ends it. */
import type { Effects } from "./effects.ts";
import { type Holder, describeHolder, withLock } from "./lock.mjs";

/** The variable with the pid of the process whose run lock a process shares. */
export const runLockHolder = "RUN_LOCK_HOLDER";

/** The variables with which a process that this one starts shares its run lock. */
export const sharedRunLock = (): Readonly<Record<string, string>> => ({ [runLockHolder]: String(process.pid) });

/**
 * Runs work that changes the project's containers, images or networks on this machine's engine. All users and all clones share
 * the lock. A process that must wait for it logs the holder's command, user, folder and start.
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
