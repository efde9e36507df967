/** The lock on what this project has on this machine's engine: two runs at once would replace each other's containers. */
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Effects } from "../core/effects.ts";
import { locked } from "../engine/lock.ts";

export const withRunLock = <T>(fx: Effects, work: () => Promise<T>): Promise<T> =>
  // flock is part of Linux only.
  process.platform === "linux"
    ? locked(join(tmpdir(), `wmd-run-${userInfo().uid}.lock`), "uses the engine of this machine", fx, work)
    : work();
