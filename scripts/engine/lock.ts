/** One process at a time: the kernel holds the lock, and lets go of it whatever becomes of us. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Effects } from "../core/effects.ts";

/** @param doing What the other process does, told to who must wait for it. */
export async function locked<T>(file: string, doing: string, fx: Effects, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  // `cat` ends when its input does: at the end of the work, or at ours. The terminal's signals are not for it.
  const holder = spawn("flock", ["--exclusive", file, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    holder.once("error", ({ message }) => resolve(message));
    holder.once("exit", (code, signal) => resolve(`flock ended with ${signal ?? code}`));
  });
  const held = new Promise<undefined>((resolve) => holder.stdout.once("data", () => resolve(undefined)));
  const notice = setTimeout(() => fx.log(`waiting for another process that ${doing}`), 500);
  try {
    const failure = await Promise.race([ended, held]);
    fx.throwIfCancelled(); // A signal ends the waiting, too.
    if (failure !== undefined) throw new Error(failure);
    clearTimeout(notice);
    return await work();
  } finally {
    clearTimeout(notice);
    holder.stdin.end();
    await ended;
  }
}
