/** Stops the daemon of a home, and removes the daemon's changes to the machine's mounts and network. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Effects } from "../core/effects.ts";
import { stopProcesses } from "./daemon-process.ts";
import type { Home } from "./home.ts";
import { readOrEmpty } from "./machine.ts";
import { ipForwardFile, networkInterfaces, readNetworkBefore } from "./network-before.ts";
import { ruleDeletions } from "./network.ts";
import { remove } from "./packages.ts";

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
  await stopProcesses(home);
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
