/** One process at a time: the kernel holds the lock, and lets go of it whatever becomes of us. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Effects } from "../effects.ts";

export async function locked<T>(file: string, fx: Effects, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  // `cat` ends when its input does: at the end of the work, or at ours.
  const holder = spawn("flock", ["--exclusive", file, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const notice = setTimeout(() => fx.say("waiting for another process that is setting up the engine"), 500);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once("error", reject);
      holder.once("exit", (code) => reject(new Error(`flock ended with ${code}`)));
      holder.stdout.once("data", () => resolve());
    });
    clearTimeout(notice);
    holder.removeAllListeners("exit");
    return await work();
  } finally {
    clearTimeout(notice);
    holder.stdin.end();
    if (holder.pid && holder.exitCode === null) await new Promise((resolve) => holder.once("exit", resolve));
  }
}
