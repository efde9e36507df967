import type { UserError } from "../../contract/user-error.ts";
import type { Effects } from "./effects.ts";

export interface Waiting {
  /** After how many milliseconds the wait is given up. */
  readonly timeoutMs: number;
  /** Milliseconds between two attempts. */
  readonly intervalMs: number;
  /** The error that is thrown when the time is over. */
  readonly onTimeout: () => UserError | Promise<UserError>;
}

/**
 * Asks again and again until there is a result; at least once, and once more after the last pause.
 * @param probe returns undefined where there is no result yet; what it throws ends the wait
 * @throws the error of `onTimeout`, or Cancelled after a signal
 */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined>,
  { timeoutMs, intervalMs, onTimeout }: Waiting,
  fx: Pick<Effects, "now" | "sleep" | "throwIfCancelled">,
): Promise<T> {
  for (const deadline = fx.now() + timeoutMs; ;) {
    fx.throwIfCancelled();
    const result = await probe();
    if (result !== undefined) return result;
    if (fx.now() >= deadline) throw await onTimeout();
    await fx.sleep(intervalMs);
  }
}
