/** Starts the daemon of a home. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { waitUntil } from "../core/wait-until.ts";
import { daemonPid } from "./daemon-process.ts";
import type { Home } from "./home.ts";
import { type Machine, readOrEmpty } from "./machine.ts";
import { type NetworkBefore, ipForwardFile, networkInterfaces, saveNetworkBefore } from "./network-before.ts";
import { type Pool, choosePool } from "./network.ts";

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
  saveNetworkBefore(home, before);

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
    // The daemon reads DOCKER_TLS_VERIFY and DOCKER_CERT_PATH as well; those of the user belong to another engine.
    DOCKER_HOST: home.host,
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
