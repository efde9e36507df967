/** Finds and ends the processes of a home's engine. */
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Home } from "./home.ts";
import { readOrEmpty } from "./machine.ts";

/** The pid of the home's daemon while it runs. The command line is compared, because another process may have the pid by now. */
export function daemonPid(home: Home): number | undefined {
  const pid = Number(readOrEmpty(home.pid).trim());
  return pid > 0 && readOrEmpty(`/proc/${pid}/cmdline`).split("\0").includes(home.config) ? pid : undefined;
}

/** Ends the daemon, containerd and the shims, first with SIGTERM, then with SIGKILL. */
export async function stopProcesses(home: Home): Promise<void> {
  const pid = daemonPid(home);
  if (pid !== undefined) {
    sendSignal(pid, "SIGTERM");
    await waitForExit(() => [pid].filter(isRunning), 30_000);
    sendSignal(pid, "SIGKILL");
  }
  // A daemon that was killed leaves its containerd running, and a containerd that was killed leaves its shims.
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const orphan of engineProcesses(home)) sendSignal(orphan, signal);
    await waitForExit(() => engineProcesses(home), 5_000);
  }
}

/** The home's daemon, containerd and shims: their command lines contain its run folder or its configuration file. */
function engineProcesses(home: Home): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      const [program = "", ...args] = readOrEmpty(`/proc/${pid}/cmdline`).split("\0");
      return (
        /(^|\/)(dockerd|containerd|containerd-shim-runc-v2)$/u.test(program) &&
        args.some((arg) => arg.includes(`${home.run}/`) || arg === home.config)
      );
    });
}

/**
 * Waits until no process is left or the timeout is over. It does not use `fx.sleep`, which a signal ends: the daemon is
 * stopped after a signal too.
 */
async function waitForExit(remaining: () => readonly number[], timeoutMs: number): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; remaining().length > 0 && Date.now() < deadline;) await sleep(50);
}

/** A zombie, which has ended but still has a pid, does not count as running. */
const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has already ended.
  }
}
