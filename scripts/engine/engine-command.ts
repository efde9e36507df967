/** `npm run engine`: what is there; `start`, `stop`; `env`, to be eval'ed. */
import { existsSync } from "node:fs";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { withRunLock } from "../core/run-lock.ts";
import { ensureBases } from "./bases.ts";
import { daemonPid, runningSince } from "./daemon.ts";
import { gigabytes } from "./diagnose.ts";
import { ensureEngine, stopEngine } from "./engine.ts";
import { clientEnv, homeAt } from "./home.ts";
import { readInstalled } from "./install.ts";
import { readMachine } from "./machine.ts";
import { standInLabel, standIns } from "./stand-in.ts";

export const engineHelp = `npm run engine [-- COMMAND]

  (none)     what is there: version, place, size, base images
  start      use the machine's engine; else, on Debian 12 or 13 as root, unpack one and start it, with base images
  stop       end the engine that was started here, with its containers; its data are kept
  env        print what a shell needs to reach it:  eval "$(npm run -s engine -- env)"

The engine lives in $WMD_ENGINE_HOME (default /var/lib/wmd-engine). To be rid of it: stop, then delete that folder.`;

/** @returns the exit code */
export async function engineCommand(args: readonly string[], fx: Effects): Promise<number> {
  const [command, ...rest] = args;
  if (rest.length > 0) throw new UserError(`\`engine\` takes one word, not ${args.length}`, "npm run engine -- --help");
  switch (command) {
    case undefined:
      return await report(fx);
    case "start": {
      const engine = await ensureEngine(fx, { install: true });
      await ensureBases(fx, engine, Object.keys(standIns));
      fx.log(
        engine.ours
          ? `Docker ${engine.version} is up. In this shell:  eval "$(npm run -s engine -- env)"`
          : `Docker ${engine.version} is the machine's own.`,
      );
      return 0;
    }
    case "stop":
      fx.log(
        (await withRunLock(fx, () => stopEngine(fx))) === "stopped"
          ? "The engine is stopped; its data are kept."
          : "No engine of ours was running.",
      );
      return 0;
    case "env":
      return printEnv(fx);
    case "help":
    case "--help":
    case "-h":
      fx.log(engineHelp);
      return 0;
    default:
      throw new UserError(`\`engine\` knows no ${command}`, "npm run engine -- --help");
  }
}

/** Nothing but export lines, on standard output: `eval` reads it. No engine of ours, no lines: the machine's own needs none. */
function printEnv(fx: Effects): number {
  const machine = readMachine(fx.env);
  const home = homeAt(machine.home);
  if (daemonPid(home) === undefined) return 0;
  process.stdout.write(exportLines(clientEnv(home, machine.env["PATH"] ?? "")));
  return 0;
}

export const exportLines = (env: Readonly<Record<string, string>>): string =>
  Object.entries(env)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");

async function report(fx: Effects): Promise<number> {
  const machine = readMachine(fx.env);
  const home = homeAt(machine.home);
  if (!existsSync(home.installed)) {
    const engine = await ensureEngine(fx, { install: false });
    fx.log(
      `Docker ${engine.version}: the machine's own${engine.containerdStore ? ", with the containerd store" : ""}.`,
    );
    return 0;
  }
  const size = (await fx.tryRun(["du", "--summarize", "--bytes", "--one-file-system", home.folder, home.data])).stdout
    .split("\n")
    .map((line) => Number.parseInt(line, 10) || 0)
    .reduce((sum, bytes) => sum + bytes, 0);
  const pid = daemonPid(home);
  const rows: (readonly [string, string])[] = [
    ["place", `${home.folder} (${gigabytes(size)})`],
    ["packages", `${readInstalled(home)?.packages.length ?? 0}, unpacked`],
    [
      "state",
      pid === undefined
        ? "stopped   (npm run engine -- start)"
        : `runs since ${runningSince(home) ?? "?"}, process ${pid}`,
    ],
  ];
  if (pid !== undefined) {
    const env = clientEnv(home, machine.env["PATH"] ?? "");
    const docker = `${home.bin}/docker`;
    rows.unshift([
      "version",
      (await fx.output([docker, "version", "--format", "{{.Server.Version}}"], { env })).trim(),
    ]);
    const bases = await fx.output(
      [docker, "image", "ls", "--filter", `label=${standInLabel}=true`, "--format", "{{.Repository}}:{{.Tag}}"],
      { env },
    );
    const known = bases.split("\n").filter((name) => Object.hasOwn(standIns, name));
    rows.push(["stand-ins", known.join(", ") || "none"], ["address", home.host]);
  }
  for (const [name, value] of rows) fx.log(`${name.padEnd(10)} ${value}`);
  return 0;
}
