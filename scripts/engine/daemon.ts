/** Starts and stops the daemon of a home. Stopping also removes the daemon's changes to the machine's network. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { parseJson } from "../../contract/json.ts";
import { UserError } from "../../contract/user-error.ts";
import { tail } from "../core/format.ts";
import { waitUntil } from "../core/wait-until.ts";
import type { Effects } from "../core/effects.ts";
import type { Home } from "./home.ts";
import { type Machine, readOrEmpty } from "./machine.ts";
import { type Pool, choosePool, ruleDeletions } from "./network.ts";
import { remove } from "./packages.ts";

/** The machine's network settings before the start of the daemon, restored when it stops. */
const networkBeforeSchema = v.object({
  /** Content of `ipForwardFile`: "0" or "1". */
  forwarding: v.string(),
  /** The default policy of the chain FORWARD. */
  forwardPolicy: v.string(),
  /** When the daemon was started: an ISO 8601 time. */
  since: v.string(),
});
type NetworkBefore = Readonly<v.InferOutput<typeof networkBeforeSchema>>;

const ipForwardFile = "/proc/sys/net/ipv4/ip_forward";

/** The daemon's configuration. It enables the containerd image store, so that a digest is the same here as in a registry. Pure. */
export const daemonConfig = (home: Home, pool: Pool, mtu: number) => ({
  hosts: [home.host],
  "data-root": home.data,
  "exec-root": home.exec,
  pidfile: `${home.run}/docker.pid`,
  // The default bridge, `docker0`, may belong to another engine.
  bridge: home.bridge,
  "default-address-pools": [{ base: pool.base, size: 24 }],
  mtu,
  "default-network-opts": { bridge: { "com.docker.network.driver.mtu": String(mtu) } },
  features: { "containerd-snapshotter": true },
  "live-restore": false,
  "log-level": "warn",
  "log-opts": { "max-size": "20m", "max-file": "2" },
  "userland-proxy-path": `${home.sbin}/docker-proxy`,
  "shutdown-timeout": 10,
});

export async function startDaemon(home: Home, machine: Machine, fx: Effects): Promise<void> {
  mkdirSync(home.run, { recursive: true });
  mkdirSync(home.data, { recursive: true });
  const ip = join(home.sbin, "ip");
  const pool = choosePool(
    readOrEmpty("/proc/net/route")
      .split("\n")
      .filter((line) => !line.startsWith(`${home.bridge}\t`))
      .join("\n"),
    home.bridge.slice(4),
  );
  writeFileSync(home.config, `${JSON.stringify(daemonConfig(home, pool, outboundMtu()), undefined, 2)}\n`);

  const rules = await fx.output([join(home.sbin, "iptables"), "--list-rules", "FORWARD"]).catch((cause: unknown) => {
    throw new UserError(
      "The kernel's packet filter cannot be used, but Docker needs it",
      "Use a kernel with nftables or iptables (CONFIG_NF_TABLES, CONFIG_NF_NAT)",
      { cause },
    );
  });
  const before: NetworkBefore = {
    forwarding: readOrEmpty(ipForwardFile).trim(),
    forwardPolicy: /^-P FORWARD (\w+)/mu.exec(rules)?.[1] ?? "ACCEPT",
    since: new Date().toISOString(),
  };
  writeFileSync(home.networkBefore, JSON.stringify(before));

  if (networkInterfaces().has(home.bridge)) await fx.tryRun([ip, "link", "delete", home.bridge]);
  try {
    await fx.output([ip, "link", "add", home.bridge, "address", home.bridgeAddress, "type", "bridge"]);
    await fx.output([ip, "address", "add", pool.bridge, "dev", home.bridge]);
    await fx.output([ip, "link", "set", home.bridge, "up"]);
  } catch (cause) {
    throw new UserError(
      "The kernel cannot create a bridge, but Docker's networks are bridges",
      "Use a kernel with CONFIG_BRIDGE and CONFIG_VETH",
      { cause },
    );
  }

  // The home's commands come first, so that the daemon never uses the machine's own runc or iptables.
  const env: Record<string, string> = {
    PATH: `${home.sbin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  };
  if (!machine.env["SSL_CERT_FILE"] && !existsSync("/etc/ssl/certs/ca-certificates.crt"))
    env["SSL_CERT_FILE"] = join(home.folder, "certificates.pem");
  const logStart = readOrEmpty(home.log).length;
  await fx.output(
    [
      "start-stop-daemon",
      "--start",
      "--background",
      "--make-pidfile",
      "--pidfile",
      home.pid,
      "--output",
      home.log,
      "--startas",
      join(home.sbin, "dockerd"),
      "--",
      "--config-file",
      home.config,
    ],
    { env },
  );
  await waitForDaemon(home, logStart, fx);
}

/** @param logStart the length of the log before the start: only what follows belongs to this start */
async function waitForDaemon(home: Home, logStart: number, fx: Effects): Promise<void> {
  const failure = () => startError(readOrEmpty(home.log).slice(logStart), home);
  // The pidfile appears a moment after the start. When there is no process later than that, the daemon has ended.
  const mayBeMissingUntil = fx.now() + 2_000;
  const probe = async () => {
    const { code } = await fx.tryRun([join(home.bin, "docker"), "version", "--format", "{{.Server.Version}}"], {
      env: { DOCKER_HOST: home.host },
    });
    if (code === 0) return true;
    if (daemonPid(home) === undefined && fx.now() > mayBeMissingUntil) throw failure();
    return undefined;
  };
  await waitUntil(probe, { timeoutMs: 60_000, intervalMs: 200, onTimeout: failure }, fx);
}

function startError(log: string, home: Home): UserError {
  if (/no space left on device/iu.test(log))
    return new UserError(
      `The disk of ${home.folder} is full`,
      `Free disk space, or delete the engine's data: npm run engine -- stop && rm -r ${home.data}`,
    );
  return new UserError(`The Docker engine did not start\n${tail(log, 15)}`, `Read ${home.log}`);
}

/** The smallest MTU of the interfaces with a default route: packets of containers must fit through each of them. */
function outboundMtu(): number {
  const names = readOrEmpty("/proc/net/route")
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .flatMap(([name = "", destination]) => (destination === "00000000" ? [name] : []));
  const sizes = names.map((name) => Number(readOrEmpty(`/sys/class/net/${name}/mtu`))).filter((size) => size > 0);
  return Math.min(1500, ...sizes);
}

/** The pid of the home's daemon while it runs. The command line is compared, because another process may have the pid by now. */
export function daemonPid(home: Home): number | undefined {
  const pid = Number(readOrEmpty(home.pid).trim());
  return pid > 0 && readOrEmpty(`/proc/${pid}/cmdline`).split("\0").includes(home.config) ? pid : undefined;
}

/** When the home's daemon was started: an ISO 8601 time. */
export const runningSince = (home: Home): string | undefined => readNetworkBefore(home)?.since;

const readNetworkBefore = (home: Home): NetworkBefore | undefined =>
  existsSync(home.networkBefore)
    ? parseJson(networkBeforeSchema, readOrEmpty(home.networkBefore), home.networkBefore)
    : undefined;

/** Stops the daemon and its containers, then removes its processes, mounts, networks and packet filter rules. Its data are kept. */
export async function stopDaemon(home: Home, fx: Effects): Promise<void> {
  const listed = await fx.tryRun(
    [
      join(home.bin, "docker"),
      "network",
      "ls",
      "--no-trunc",
      "--filter",
      "driver=bridge",
      "--format",
      "{{.ID}} {{.Name}}",
    ],
    { env: { DOCKER_HOST: home.host } },
  );
  const bridges = [home.bridge, ...listed.stdout.split("\n").filter(Boolean).map(bridgeName)];
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
  for (const mount of mountsBelow(readOrEmpty("/proc/self/mounts"), [home.data, home.run]))
    await fx.tryRun(["umount", "--lazy", mount]);
  const present = networkInterfaces();
  await clearNetwork(
    home,
    bridges.filter((name) => present.has(name)),
    fx,
  );
  remove(home.run);
}

/** The interfaces of this process's network namespace. They are not read from /sys: it shows the namespace in which it was mounted. */
const networkInterfaces = (): ReadonlySet<string> =>
  new Set([...readOrEmpty("/proc/net/dev").matchAll(/^\s*([^\s:]+):/gmu)].map((match) => match[1] ?? ""));

/** The bridge of a line `ID NAME`. Docker names a bridge after the network's id, except that of a swarm's gateway network. */
const bridgeName = (line: string): string => {
  const [id = "", name = ""] = line.split(" ");
  return name === "docker_gwbridge" ? name : `br-${id.slice(0, 12)}`;
};

async function clearNetwork(home: Home, bridges: readonly string[], fx: Effects): Promise<void> {
  for (const program of ["iptables", "ip6tables"]) {
    const saved = await fx.tryRun([join(home.sbin, `${program}-save`)]);
    for (const [table, ...args] of ruleDeletions(saved.stdout, bridges))
      await fx.tryRun([join(home.sbin, program), "--table", table, ...args]);
  }
  for (const name of bridges) await fx.tryRun([join(home.sbin, "ip"), "link", "delete", name]);
  const before = readNetworkBefore(home);
  if (!before) return;
  await fx.tryRun([join(home.sbin, "iptables"), "--policy", "FORWARD", before.forwardPolicy]);
  if (before.forwarding === "0") writeFileSync(ipForwardFile, "0");
}

/**
 * The mount points in some folders, in the order in which they can be unmounted.
 * @param mounts content of /proc/self/mounts, where a space is written as the octal escape `\040`
 */
export const mountsBelow = (mounts: string, folders: readonly string[]): readonly string[] =>
  mounts
    .split("\n")
    .map((line) =>
      (line.split(" ")[1] ?? "").replaceAll(/\\(\d{3})/gu, (_, code: string) =>
        String.fromCodePoint(Number.parseInt(code, 8)),
      ),
    )
    .filter((path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)))
    .toReversed();

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
