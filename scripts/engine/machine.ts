/** The machine as the engine's code sees it: read once, decided upon by pure functions elsewhere. */
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { arch, homedir, platform } from "node:os";
import { join } from "node:path";

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `ID` and `VERSION_ID` of /etc/os-release; empty where there is none. */
  readonly distribution: string;
  readonly release: string;
  readonly root: boolean;
  /** May mount and configure networks: false as root in an ordinary container. */
  readonly privileged: boolean;
  readonly cgroups: boolean;
  readonly overlay: boolean;
  /** Bytes free where the engine's home is or would be. */
  readonly free: number;
  readonly home: string;
  readonly userHome: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const defaultHome = "/var/lib/wmd-engine";

export function readMachine(env: Machine["env"]): Machine {
  const os = parseOsRelease(text("/etc/os-release"));
  const home = env["WMD_ENGINE_HOME"] || defaultHome;
  return {
    platform: platform(),
    arch: arch(),
    distribution: os["ID"] ?? "",
    release: os["VERSION_ID"] ?? "",
    root: process.getuid?.() === 0,
    privileged: holdsCapabilities(text("/proc/self/status")),
    cgroups: mountsCgroups(text("/proc/self/mounts")),
    overlay:
      text("/proc/filesystems").includes("\toverlay\n") ||
      existsSync(`/lib/modules/${text("/proc/sys/kernel/osrelease").trim()}`),
    free: freeBytes(home),
    home,
    userHome: homedir(),
    env,
  };
}

export const parseOsRelease = (content: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...content.matchAll(/^(\w+)=["']?(.*?)["']?$/gmu)].map((match) => [match[1], match[2]]));

/** CAP_NET_ADMIN (12) and CAP_SYS_ADMIN (21), from /proc/self/status. */
export function holdsCapabilities(status: string): boolean {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/mu.exec(status)?.[1] ?? "0"}`);
  return [12n, 21n].every((bit) => (effective >> bit) & 1n);
}

export const mountsCgroups = (mounts: string): boolean => /^\S+ \/sys\/fs\/cgroup\S* cgroup2? /mu.test(mounts);

/** The folder itself need not exist yet. */
function freeBytes(folder: string): number {
  const at = existsSync(folder) ? folder : join(folder, "..");
  if (!existsSync(at) && at !== "/") return freeBytes(at);
  const { bavail, bsize } = statfsSync(at);
  return bavail * bsize;
}

/** The content of a file; nothing where there is none. */
export function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
