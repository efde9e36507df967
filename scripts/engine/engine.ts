/** A Docker engine: the machine's own, or else one unpacked and started here. */
import { existsSync } from "node:fs";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { withMachineLock } from "../core/run-lock.ts";
import { daemonPid, startDaemon, stopDaemon } from "./daemon.ts";
import { type Diagnosis, complaint, diagnose, obstacle, room } from "./diagnose.ts";
import { type Home, clientEnv, homeAt } from "./home.ts";
import { install } from "./install.ts";
import { findProgram } from "../core/programs-on-path.ts";
import { type Machine, readMachine } from "./machine.ts";

export interface Engine {
  /** What a process needs to reach it: DOCKER_HOST, DOCKER_CONFIG, PATH. Empty for the machine's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Started by this project. */
  readonly ours: boolean;
  /** Whether it keeps images in containerd's store: decides the builder. */
  readonly containerdStore: boolean;
  /** Runs as a user who is not root: then low ports may be forbidden to it. */
  readonly rootless: boolean;
  readonly version: string;
}

/**
 * The engine that runs already, the machine's own before ours; nothing is started.
 * @throws UserError where one runs and cannot be used
 */
export async function runningEngine(fx: Effects): Promise<Engine | undefined> {
  const machine = readMachine(fx.env);
  const { own, engine } = await look(machine, homeAt(machine.home), fx);
  if (engine === undefined && own.kind !== "not installed" && own.kind !== "not running")
    throw complaint(own, machine.platform);
  return engine;
}

/**
 * Uses what is there; else, on Debian 12 or 13 with root, unpacks an engine and starts it. Idempotent: 0.1 s when one runs.
 * @throws UserError that says why there is none, and what to do
 */
export async function ensureEngine(fx: Effects, options: { readonly install: boolean }): Promise<Engine> {
  const machine = readMachine(fx.env);
  const home = homeAt(machine.home);
  const { own, engine } = await look(machine, home, fx);
  if (engine) return engine;
  if (own.kind !== "not installed") throw complaint(own, machine.platform);

  const blocked = obstacle(machine) ?? (existsSync(home.installed) ? undefined : room(machine));
  if (blocked) throw blocked;
  if (!options.install)
    throw new UserError(
      existsSync(home.installed) ? "no Docker engine runs" : "Docker is not installed",
      `without --no-engine, ${existsSync(home.installed) ? "the one in" : "one is unpacked into"} ${home.folder}${existsSync(home.installed) ? " is started" : " and started"}; nothing else changes`,
    );
  return await withMachineLock(home.lock, fx, async () => {
    const meanwhile = await ourEngine(home, machine, fx);
    if (meanwhile) return meanwhile;
    if (!existsSync(home.installed)) await install(home, machine, fx);
    fx.throwIfCancelled();
    if (daemonPid(home) === undefined) await startDaemon(home, machine, fx);
    const started = await ourEngine(home, machine, fx);
    if (!started) throw new UserError("the Docker engine was started and does not answer", `read ${home.log}`);
    fx.log(`Docker ${started.version} runs   (npm run engine -- stop ends it)`);
    return started;
  });
}

/** What became of `stopEngine`. */
export type Stopped = "stopped" | "was not running";

/** Ends an engine that this project started, with its containers; no process, mount or network of it is left. Its data are kept. */
export async function stopEngine(fx: Effects): Promise<Stopped> {
  const home = homeAt(readMachine(fx.env).home);
  if (!existsSync(home.run)) return "was not running";
  return await withMachineLock(home.lock, fx, async () => {
    const was = daemonPid(home) !== undefined;
    await fx.group("The Docker engine ends, and its containers with it", () => stopDaemon(home, fx));
    return was ? "stopped" : "was not running";
  });
}

/** The machine's own engine in the terms of `diagnose`, and the one to use. Ours, already in the environment, is not its own. */
async function look(
  machine: Machine,
  home: Home,
  fx: Effects,
): Promise<{ readonly own: Exclude<Diagnosis, { kind: "works" }>; readonly engine: Engine | undefined }> {
  const own = machine.env["DOCKER_HOST"] === home.host ? notInstalled : await observe(machine, fx);
  if (own.kind === "works") return { own: notInstalled, engine: { env: {}, ours: false, ...of(own) } };
  return { own, engine: await ourEngine(home, machine, fx) };
}

const notInstalled = { kind: "not installed" } as const;

async function observe(machine: Machine, fx: Effects): Promise<Diagnosis> {
  const usual = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/snap/bin"];
  return diagnose({
    info: await fx.tryRun(["docker", "info", "--format", "{{json .}}"]),
    daemon: findProgram("dockerd", machine.env["PATH"] ?? "", usual) !== undefined,
    dockerHost: machine.env["DOCKER_HOST"],
    platform: machine.platform,
  });
}

async function ourEngine(home: Home, machine: Machine, fx: Effects): Promise<Engine | undefined> {
  if (!existsSync(home.socket)) return undefined;
  const env = clientEnv(home, machine.env["PATH"] ?? "");
  const found = diagnose({
    info: await fx.tryRun([`${home.bin}/docker`, "info", "--format", "{{json .}}"], { env }),
    daemon: true,
    dockerHost: home.host,
    platform: machine.platform,
  });
  return found.kind === "works" ? { env, ours: true, ...of(found) } : undefined;
}

const of = ({ version, containerdStore, rootless }: Extract<Diagnosis, { kind: "works" }>) => ({
  version,
  containerdStore,
  rootless,
});
