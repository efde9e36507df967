/** Starts and ends the daemon of a home, and undoes on the machine what a daemon does to it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../contract/user-error.ts";
import { tail } from "../core/format.ts";
import { waitUntil } from "../core/wait-until.ts";
import type { Effects } from "../core/effects.ts";
import type { Home } from "./home.ts";
import { type Machine, text } from "./machine.ts";
import { type Pool, choosePool, removals } from "./network.ts";
import { remove } from "./packages.ts";

/** What the machine was like before; put back at the end. */
interface Before {
  readonly forwarding: string;
  readonly forwardPolicy: string;
  readonly since: string;
}

const forwarding = "/proc/sys/net/ipv4/ip_forward";

/** The daemon's configuration. The containerd store is what makes digests the same everywhere. Pure. */
export const daemonConfig = (home: Home, pool: Pool, mtu: number) => ({
  hosts: [home.host],
  "data-root": home.data,
  "exec-root": home.exec,
  pidfile: `${home.run}/docker.pid`,
  // A bridge of our own: `docker0` may be another engine's.
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
    text("/proc/net/route")
      .split("\n")
      .filter((line) => !line.startsWith(`${home.bridge}\t`))
      .join("\n"),
    home.bridge.slice(4),
  );
  writeFileSync(home.config, `${JSON.stringify(daemonConfig(home, pool, outwardMtu()), undefined, 2)}\n`);

  const rules = await fx.output([join(home.sbin, "iptables"), "--list-rules", "FORWARD"]).catch((cause: unknown) => {
    throw new UserError(
      "the kernel's packet filter cannot be used, and Docker needs it",
      "use a kernel with nftables or iptables (CONFIG_NF_TABLES, CONFIG_NF_NAT)",
      { cause },
    );
  });
  const before: Before = {
    forwarding: text(forwarding).trim(),
    forwardPolicy: /^-P FORWARD (\w+)/mu.exec(rules)?.[1] ?? "ACCEPT",
    since: new Date().toISOString(),
  };
  writeFileSync(home.before, JSON.stringify(before));

  if (interfaces().has(home.bridge)) await fx.tryRun([ip, "link", "delete", home.bridge]);
  try {
    await fx.output([ip, "link", "add", home.bridge, "address", home.bridgeAddress, "type", "bridge"]);
    await fx.output([ip, "address", "add", pool.bridge, "dev", home.bridge]);
    await fx.output([ip, "link", "set", home.bridge, "up"]);
  } catch (cause) {
    throw new UserError(
      "this kernel makes no bridge, and Docker's networks are bridges",
      "use a kernel with CONFIG_BRIDGE and CONFIG_VETH",
      { cause },
    );
  }

  // Ours first: a newer runc or an iptables of the machine's must not come between.
  const env: Record<string, string> = {
    PATH: `${home.sbin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  };
  if (!machine.env["SSL_CERT_FILE"] && !existsSync("/etc/ssl/certs/ca-certificates.crt"))
    env["SSL_CERT_FILE"] = join(home.folder, "certificates.pem");
  const began = text(home.log).length;
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
  await awaitDaemon(home, began, fx);
}

async function awaitDaemon(home: Home, began: number, fx: Effects): Promise<void> {
  const failure = () => failedStart(text(home.log).slice(began), home);
  // The pidfile appears a moment after the start; a process that is missing later has ended.
  const mayBeMissingUntil = fx.now() + 2_000;
  const answers = async () => {
    const { code } = await fx.tryRun([join(home.bin, "docker"), "version", "--format", "{{.Server.Version}}"], {
      env: { DOCKER_HOST: home.host },
    });
    if (code === 0) return true;
    if (daemonPid(home) === undefined && fx.now() > mayBeMissingUntil) throw failure();
    return undefined;
  };
  await waitUntil(answers, { timeoutMs: 60_000, intervalMs: 200, onTimeout: failure }, fx);
}

function failedStart(log: string, home: Home): UserError {
  const said = tail(log, 15);
  if (/no space left on device/iu.test(log))
    return new UserError(
      `the disk of ${home.folder} is full`,
      `make room, or: npm run engine -- stop && rm -r ${home.data}`,
    );
  return new UserError(`the Docker engine did not start\n${said}`, `read ${home.log}`);
}

/** The smallest of the interfaces that lead outside: packets of containers must fit through it. */
function outwardMtu(): number {
  const names = text("/proc/net/route")
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .flatMap(([name = "", destination]) => (destination === "00000000" ? [name] : []));
  const sizes = names.map((name) => Number(text(`/sys/class/net/${name}/mtu`))).filter((size) => size > 0);
  return Math.min(1500, ...sizes);
}

/** The process of the home's daemon, if it lives: a number alone may have passed to another since. */
export function daemonPid(home: Home): number | undefined {
  const pid = Number(text(home.pid).trim());
  return pid > 0 && text(`/proc/${pid}/cmdline`).split("\0").includes(home.config) ? pid : undefined;
}

export const runningSince = (home: Home): string | undefined =>
  existsSync(home.before) ? (JSON.parse(text(home.before)) as Before).since : undefined;

/** Ends the daemon and its containers; then no process, mount, network or rule of it is left. Its data stay. */
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
  const bridges = [home.bridge, ...listed.stdout.split("\n").filter(Boolean).map(bridgeOf)];
  const pid = daemonPid(home);
  if (pid !== undefined) {
    end(pid, "SIGTERM");
    await gone(() => [pid].filter(alive), 30_000);
    end(pid, "SIGKILL");
  }
  // A daemon that was killed leaves its containerd, and that its shims.
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const orphan of processesOf(home)) end(orphan, signal);
    await gone(() => processesOf(home), 5_000);
  }
  for (const mount of mountsBelow(text("/proc/self/mounts"), [home.data, home.run]))
    await fx.tryRun(["umount", "--lazy", mount]);
  const there = interfaces();
  await clearNetwork(
    home,
    bridges.filter((name) => there.has(name)),
    fx,
  );
  remove(home.run);
}

/** The network interfaces of this process's network namespace: /sys shows those of the one it was mounted in. */
const interfaces = (): ReadonlySet<string> =>
  new Set([...text("/proc/net/dev").matchAll(/^\s*([^\s:]+):/gmu)].map((match) => match[1] ?? ""));

/** Docker names a network's bridge after the network, but for its own and a swarm's. */
const bridgeOf = (line: string): string => {
  const [id = "", name = ""] = line.split(" ");
  return name === "docker_gwbridge" ? name : `br-${id.slice(0, 12)}`;
};

async function clearNetwork(home: Home, bridges: readonly string[], fx: Effects): Promise<void> {
  for (const program of ["iptables", "ip6tables"]) {
    const saved = await fx.tryRun([join(home.sbin, `${program}-save`)]);
    for (const [table, ...args] of removals(saved.stdout, bridges))
      await fx.tryRun([join(home.sbin, program), "--table", table, ...args]);
  }
  for (const name of bridges) await fx.tryRun([join(home.sbin, "ip"), "link", "delete", name]);
  if (!existsSync(home.before)) return;
  const before = JSON.parse(text(home.before)) as Before;
  await fx.tryRun([join(home.sbin, "iptables"), "--policy", "FORWARD", before.forwardPolicy]);
  if (before.forwarding === "0") writeFileSync(forwarding, "0");
}

/** Deepest first. Mounts write spaces as octal. Pure. */
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

/** Every process that was started with a path of the home's run folder: containerd, its shims, docker-proxy's parent. */
function processesOf(home: Home): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      const [program = "", ...args] = text(`/proc/${pid}/cmdline`).split("\0");
      return (
        /(^|\/)(dockerd|containerd|containerd-shim-runc-v2)$/u.test(program) &&
        args.some((arg) => arg.includes(`${home.run}/`) || arg === home.config)
      );
    });
}

/** Waits until no process is left, or the time is over; after a signal too, since it takes down what was started. */
async function gone(left: () => readonly number[], timeoutMs: number): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; left().length > 0 && Date.now() < deadline;) await sleep(50);
}

/** A process that has ended but was not collected by its parent still has a number. */
const alive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
