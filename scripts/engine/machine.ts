/** Reads the facts about this machine that decide whether an engine can be installed and started. */
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { arch, homedir, platform } from "node:os";
import { join } from "node:path";

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `ID` of /etc/os-release; empty when there is no such file. */
  readonly distribution: string;
  /** `VERSION_ID` of /etc/os-release; empty when there is no such file. */
  readonly release: string;
  readonly root: boolean;
  /** Whether this process may mount file systems and configure networks; root in an ordinary container may not. */
  readonly privileged: boolean;
  /** Whether a cgroup file system is mounted. */
  readonly cgroups: boolean;
  /** Whether the kernel has the overlay file system. */
  readonly overlay: boolean;
  /** Free bytes on the disk that holds the engine's home, or will hold it. */
  readonly free: number;
  /** The folder of the engine's home, see home.ts. */
  readonly home: string;
  readonly userHome: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const defaultHome = "/var/lib/wmd-engine";

export function readMachine(env: Machine["env"]): Machine {
  const os = parseOsRelease(readOrEmpty("/etc/os-release"));
  const home = env["WMD_ENGINE_HOME"] || defaultHome;
  return {
    platform: platform(),
    arch: arch(),
    distribution: os["ID"] ?? "",
    release: os["VERSION_ID"] ?? "",
    root: process.getuid?.() === 0,
    privileged: holdsCapabilities(readOrEmpty("/proc/self/status")),
    cgroups: mountsCgroups(readOrEmpty("/proc/self/mounts")),
    overlay:
      readOrEmpty("/proc/filesystems").includes("\toverlay\n") ||
      existsSync(`/lib/modules/${readOrEmpty("/proc/sys/kernel/osrelease").trim()}`),
    free: freeBytes(home),
    home,
    userHome: homedir(),
    env,
  };
}

export const parseOsRelease = (content: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...content.matchAll(/^(\w+)=["']?(.*?)["']?$/gmu)].map((match) => [match[1], match[2]]));

/**
 * Whether a process holds CAP_NET_ADMIN (12) and CAP_SYS_ADMIN (21).
 * @param status content of /proc/self/status
 */
export function holdsCapabilities(status: string): boolean {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/mu.exec(status)?.[1] ?? "0"}`);
  return [12n, 21n].every((bit) => (effective >> bit) & 1n);
}

export const mountsCgroups = (mounts: string): boolean => /^\S+ \/sys\/fs\/cgroup\S* cgroup2? /mu.test(mounts);

/** Free bytes on the disk of a folder. When the folder does not exist yet, its nearest existing parent is measured. */
function freeBytes(folder: string): number {
  const existing = existsSync(folder) ? folder : join(folder, "..");
  if (!existsSync(existing) && existing !== "/") return freeBytes(existing);
  const { bavail, bsize } = statfsSync(existing);
  return bavail * bsize;
}

/** The content of a file; an empty string when the file cannot be read. */
export function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
