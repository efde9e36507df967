/** Finds, starts and stops the Docker engine: the machine's own, or one that this project unpacks and starts. */
import { existsSync } from "node:fs";
import { UserError } from "../../contract/user-error.ts";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { rejectRefused } from "../core/environment.ts";
import { findProgram } from "../core/programs-on-path.ts";
import { withMachineLock } from "../core/run-lock.ts";
import { daemonPid } from "./daemon-process.ts";
import { startDaemon } from "./start-daemon.ts";
import { type Diagnosis, diagnose, unusableEngineError } from "./diagnose.ts";
import { type Home, clientEnv, homeAt } from "./home.ts";
import { diskObstacle, installObstacle, installObstacleError } from "./install-obstacle.ts";
import { install } from "./install.ts";
import { type Machine, readMachine } from "./machine.ts";
import { stopDaemon } from "./stop-daemon.ts";

/** Asks the engine of the environment for its kind and version, as JSON. */
export const engineInfo: Command = ["docker", "info", "--format", "{{json .}}"];

export interface Engine {
  /** The variables with which a process reaches it: DOCKER_HOST, DOCKER_CONFIG, PATH. Empty for the machine's own engine. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether this project started it. */
  readonly ours: boolean;
  /** Whether it keeps images in containerd's store, which decides the builder to use. */
  readonly containerdStore: boolean;
  /** Whether it runs as a user other than root, who may not be allowed to open ports below 1024. */
  readonly rootless: boolean;
  readonly version: string;
}

/**
 * Finds an engine that is running: first the machine's own, then the project's. Nothing is started.
 * @throws UserError when the machine's own engine is running but cannot be used
 */
export async function runningEngine(fx: Effects): Promise<Engine | undefined> {
  const machine = readMachine(fx.env);
  const { own, engine } = await findEngine(machine, homeAt(machine.home), fx);
  if (engine === undefined && own.kind !== "not installed" && own.kind !== "not running")
    throw unusableEngineError(own, machine.platform);
  return engine;
}

/**
 * Returns an engine that is running. Without one, on Debian 12 or 13 and as root, it unpacks an engine and starts it.
 * @param options.install whether an engine may be unpacked and started
 * @throws UserError when no engine is running and none may or can be started, or when a variable demands signed images
 */
export async function ensureEngine(fx: Effects, options: { readonly install: boolean }): Promise<Engine> {
  rejectRefused(fx.env);
  const machine = readMachine(fx.env);
  const home = homeAt(machine.home);
  const { own, engine } = await findEngine(machine, home, fx);
  if (engine) return engine;
  if (own.kind !== "not installed") throw unusableEngineError(own, machine.platform);

  const installed = existsSync(home.installed);
  const obstacle = installObstacle(machine) ?? (installed ? undefined : diskObstacle(machine));
  if (obstacle) throw installObstacleError(obstacle, machine);
  if (!options.install)
    throw installed
      ? new UserError(
          "No Docker engine is running",
          `Run it without --no-engine: the engine in ${home.folder} is started, and nothing else changes`,
        )
      : new UserError(
          "Docker is not installed",
          `Run it without --no-engine: an engine is unpacked into ${home.folder} and started, and nothing else changes`,
        );
  return await withMachineLock(home.lock, fx, async () => {
    // Another process may have started it while this one waited for the lock.
    const running = await findOurEngine(home, machine, fx);
    if (running) return running;
    if (!existsSync(home.installed)) await install(home, machine, fx);
    fx.throwIfCancelled();
    if (daemonPid(home) === undefined) await startDaemon(home, machine, fx);
    const started = await findOurEngine(home, machine, fx);
    if (!started) throw new UserError("The Docker engine was started but does not answer", `Read ${home.log}`);
    fx.log(`Docker ${started.version} is running (\`npm run engine -- stop\` stops it)`);
    return started;
  });
}

/** The result of `stopEngine`. */
export type Stopped = "stopped" | "was not running";

/**
 * Stops the engine that this project started, with its containers, and removes its processes, mounts and networks. Its data
 * are kept.
 */
export async function stopEngine(fx: Effects): Promise<Stopped> {
  const home = homeAt(readMachine(fx.env).home);
  if (!existsSync(home.run)) return "was not running";
  return await withMachineLock(home.lock, fx, async () => {
    const wasRunning = daemonPid(home) !== undefined;
    await fx.group("Stop the Docker engine and its containers", () => stopDaemon(home, fx));
    return wasRunning ? "stopped" : "was not running";
  });
}

/**
 * Returns the diagnosis of the machine's own engine, and the engine to use. When DOCKER_HOST already names the project's
 * engine, the machine counts as having none of its own.
 */
async function findEngine(
  machine: Machine,
  home: Home,
  fx: Effects,
): Promise<{ readonly own: Exclude<Diagnosis, { kind: "works" }>; readonly engine: Engine | undefined }> {
  const own = machine.env["DOCKER_HOST"] === home.host ? notInstalled : await diagnoseOwnEngine(machine, fx);
  if (own.kind === "works") return { own: notInstalled, engine: { env: {}, ours: false, ...engineFacts(own) } };
  return { own, engine: await findOurEngine(home, machine, fx) };
}

const notInstalled = { kind: "not installed" } as const;

async function diagnoseOwnEngine(machine: Machine, fx: Effects): Promise<Diagnosis> {
  const usualFolders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/snap/bin"];
  return diagnose({
    info: await fx.tryRun(engineInfo),
    daemonInstalled: findProgram("dockerd", machine.env["PATH"] ?? "", usualFolders) !== undefined,
    dockerHost: machine.env["DOCKER_HOST"],
    platform: machine.platform,
  });
}

async function findOurEngine(home: Home, machine: Machine, fx: Effects): Promise<Engine | undefined> {
  if (!existsSync(home.socket)) return undefined;
  const env = clientEnv(home, machine.env["PATH"] ?? "");
  const found = diagnose({
    info: await fx.tryRun([`${home.bin}/docker`, "info", "--format", "{{json .}}"], { env }),
    daemonInstalled: true,
    dockerHost: home.host,
    platform: machine.platform,
  });
  return found.kind === "works" ? { env, ours: true, ...engineFacts(found) } : undefined;
}

const engineFacts = ({ version, containerdStore, rootless }: Extract<Diagnosis, { kind: "works" }>) => ({
  version,
  containerdStore,
  rootless,
});
