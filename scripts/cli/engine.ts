import { existsSync } from "node:fs";
import type { Effects } from "../core/effects.ts";
import { gigabytes } from "../core/format.ts";
import { ensureBases } from "../engine/bases.ts";
import { daemonPid } from "../engine/daemon-process.ts";
import { ensureEngine, stopEngine } from "../engine/engine.ts";
import { type Home, clientEnv, homeAt } from "../engine/home.ts";
import { readInstalled } from "../engine/install.ts";
import { type Machine, readMachine } from "../engine/machine.ts";
import { runningSince } from "../engine/network-before.ts";
import { standInLabel, standIns } from "../engine/stand-in.ts";
import { columns } from "../reports/tables.ts";
import { command } from "./definition/command.ts";
import { withRunLock } from "../core/run-lock.ts";

const useInShell = 'eval "$(npm run -s engine -- env)"';

const start = command({
  summary: "use the machine's Docker engine, or install and start one (Debian 12 or 13, as root)",
  async run(_, fx) {
    const engine = await ensureEngine(fx, { install: true });
    await ensureBases(fx, engine, Object.keys(standIns));
    fx.log(
      engine.ours
        ? `Docker ${engine.version} is running. To use it in this shell: ${useInShell}`
        : `Docker ${engine.version} is running: the machine's own engine.`,
    );
  },
});

const stop = command({
  summary: "stop the engine that this project started, with its containers; its data are kept",
  async run(_, fx) {
    fx.log(
      (await withRunLock(fx, () => stopEngine(fx))) === "stopped"
        ? "The engine was stopped. Its data are kept."
        : "No engine of this project was running.",
    );
  },
});

const env = command({
  summary: `print the environment of the engine, for ${useInShell}`,
  details: "Prints nothing when the machine's own engine is in use.",
  outputIsData: true,
  run(_, fx) {
    const machine = readMachine(fx.env);
    const home = homeAt(machine.home);
    if (daemonPid(home) !== undefined) process.stdout.write(exportLines(clientEnv(home, machine.env["PATH"] ?? "")));
    return Promise.resolve();
  },
});

export const engine = command({
  summary: "print the state of the Docker engine; start it, stop it",
  details: [
    "The project's engine is installed into $WMD_ENGINE_HOME (default: /var/lib/wmd-engine).",
    "To remove it, stop it and delete that folder.",
  ].join("\n"),
  subcommands: { start, stop, env },
  async run(_, fx) {
    const machine = readMachine(fx.env);
    const home = homeAt(machine.home);
    fx.log(existsSync(home.installed) ? columns(await installedState(home, machine, fx)) : await machineState(fx));
  },
});

export const exportLines = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");

async function machineState(fx: Effects): Promise<string> {
  const { version, containerdStore } = await ensureEngine(fx, { install: false });
  return `Docker ${version}: the machine's own engine${containerdStore ? ", with the containerd image store" : ""}`;
}

async function installedState(
  home: Home,
  machine: Machine,
  fx: Effects,
): Promise<readonly (readonly [string, string])[]> {
  const sizes = await fx.tryRun(["du", "--summarize", "--bytes", "--one-file-system", home.folder, home.data]);
  const size = sizes.stdout
    .split("\n")
    .map((line) => Number.parseInt(line, 10) || 0)
    .reduce((sum, bytes) => sum + bytes, 0);
  const pid = daemonPid(home);
  const installed = [
    ["folder", `${home.folder} (${gigabytes(size)})`],
    ["packages", `${readInstalled(home)?.packages.length ?? 0} installed`],
  ] as const;
  if (pid === undefined) return [...installed, ["state", "stopped (npm run engine -- start)"]];

  const variables = clientEnv(home, machine.env["PATH"] ?? "");
  const output = (...args: readonly string[]) => fx.output([`${home.bin}/docker`, ...args], { env: variables });
  const version = await output("version", "--format", "{{.Server.Version}}");
  const images = await output(
    "image",
    "ls",
    "--filter",
    `label=${standInLabel}=true`,
    "--format",
    "{{.Repository}}:{{.Tag}}",
  );
  const known = images.split("\n").filter((name) => Object.hasOwn(standIns, name));
  return [
    ["version", version.trim()],
    ...installed,
    ["state", `running since ${runningSince(home) ?? "an unknown time"}, process ${pid}`],
    ["images", known.join(", ") || "none"],
    ["address", home.host],
  ];
}
