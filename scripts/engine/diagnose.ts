/** From what was observed: is there an engine that we can use, and if not, why not? Pure. */
import { UserError } from "../../contract/user-error.ts";
import type { Outcome } from "../core/command.ts";
import type { Machine } from "./machine.ts";

export interface Observed {
  /** Of `docker info --format '{{json .}}'`; 127 when there is no client. */
  readonly info: Outcome;
  /** Is a daemon's program anywhere on the machine? */
  readonly daemon: boolean;
  readonly dockerHost: string | undefined;
  readonly platform: NodeJS.Platform;
}

export type Diagnosis =
  | { readonly kind: "works"; readonly version: string; readonly containerdStore: boolean; readonly rootless: boolean }
  | { readonly kind: "not installed" }
  | { readonly kind: "not running"; readonly said: string }
  | { readonly kind: "no permission"; readonly said: string }
  | { readonly kind: "wrong host"; readonly host: string; readonly said: string }
  | { readonly kind: "too old"; readonly part: Part; readonly has: string }
  | { readonly kind: "no plugin"; readonly part: "compose" | "buildx" };

export type Part = "engine" | "compose" | "buildx";

/** The oldest with which everything was seen to work. */
export const needed: Readonly<Record<Part, string>> = { engine: "25.0", compose: "2.24", buildx: "0.13" };

interface Info {
  readonly ServerVersion?: string;
  readonly ServerErrors?: readonly string[];
  readonly SecurityOptions?: readonly string[];
  readonly DriverStatus?: readonly (readonly [string, string])[];
  readonly ClientInfo?: { readonly Plugins?: readonly { readonly Name: string; readonly Version?: string }[] };
}

export function diagnose({ info, daemon, dockerHost, platform }: Observed): Diagnosis {
  const noClient = info.code === 127;
  if (noClient)
    return daemon
      ? { kind: "not running", said: "there is a dockerd, but no docker command on PATH" }
      : { kind: "not installed" };

  const answer = parseInfo(info.stdout);
  if (answer?.ServerVersion) return judge(answer, answer.ServerVersion);

  const said = (answer?.ServerErrors?.join("; ") || info.stderr).trim();
  if (/permission denied/iu.test(said)) return { kind: "no permission", said };
  const asked = dockerHost || /Cannot connect to the Docker daemon at (\S+?)\.? /u.exec(said)?.[1];
  if (asked && asked !== "unix:///var/run/docker.sock" && !/[/.](docker|colima|orbstack|rd)\//u.test(asked))
    return { kind: "wrong host", host: asked, said };
  // A client alone is no installation: some machines carry one to speak to others. Desktop's daemon is in a machine of its own.
  return daemon || platform !== "linux" ? { kind: "not running", said } : { kind: "not installed" };
}

function judge(info: Info, version: string): Diagnosis {
  if (olderThan(version, needed.engine)) return { kind: "too old", part: "engine", has: version };
  for (const part of ["compose", "buildx"] as const) {
    const plugin = info.ClientInfo?.Plugins?.find(({ Name }) => Name === part);
    if (!plugin) return { kind: "no plugin", part };
    if (olderThan(plugin.Version ?? "", needed[part]))
      return { kind: "too old", part, has: plugin.Version ?? "unknown" };
  }
  const containerdStore = (info.DriverStatus ?? []).some(
    ([key, value]) => key === "driver-type" && value.startsWith("io.containerd."),
  );
  const rootless = (info.SecurityOptions ?? []).includes("name=rootless");
  return { kind: "works", version, containerdStore, rootless };
}

/** "v2.26.1-4" is not older than "2.24"; a version without numbers (a development build) is older than none. */
export function olderThan(version: string, least: string): boolean {
  const numbers = (of: string) => (/(\d+)\.(\d+)/u.exec(of)?.slice(1) ?? []).map(Number);
  const [major = Infinity, minor = 0] = numbers(version);
  const [leastMajor = 0, leastMinor = 0] = numbers(least);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

function parseInfo(stdout: string): Info | undefined {
  try {
    return JSON.parse(stdout) as Info;
  } catch {
    return undefined;
  }
}

/** What to tell a person whose engine cannot be used and is not ours to install. */
export function complaint(
  diagnosis: Exclude<Diagnosis, { kind: "works" | "not installed" }>,
  platform: NodeJS.Platform,
): UserError {
  switch (diagnosis.kind) {
    case "not running":
      return new UserError(
        `Docker is installed but does not run (${firstLine(diagnosis.said)})`,
        platform === "linux" ? "sudo systemctl start docker   (or: sudo service docker start)" : "start Docker Desktop",
      );
    case "no permission":
      return new UserError(
        `Docker runs, but this user may not talk to it (${firstLine(diagnosis.said)})`,
        "sudo usermod -aG docker $USER, then log in again",
      );
    case "wrong host":
      return new UserError(
        `no Docker answers at ${diagnosis.host} (${firstLine(diagnosis.said)})`,
        "unset DOCKER_HOST   (or set it, or the docker context, to an engine that runs)",
      );
    case "too old":
      return new UserError(
        `Docker's ${diagnosis.part} is ${diagnosis.has}, and ${needed[diagnosis.part]} or newer is needed`,
        "update Docker: https://docs.docker.com/engine/install/",
      );
    case "no plugin":
      return new UserError(
        `the docker command has no \`${diagnosis.part}\``,
        `install the package docker-${diagnosis.part}-plugin: https://docs.docker.com/engine/install/`,
      );
  }
}

/** What keeps us from unpacking an engine here; nothing when it can be done. */
export function obstacle(machine: Machine): UserError | undefined {
  const debian =
    machine.platform === "linux" && machine.distribution === "debian" && ["12", "13"].includes(machine.release);
  if (!debian || !["x64", "arm64"].includes(machine.arch))
    return new UserError("Docker is not installed", "install it: https://docs.docker.com/get-started/get-docker/");
  if (!machine.root)
    return new UserError(
      "Docker is not installed, and only root can set one up",
      "run this as root, or install it: https://docs.docker.com/engine/install/debian/",
    );
  if (!machine.privileged)
    return new UserError(
      "Docker is not installed, and this root may neither mount nor make networks (is it a container?)",
      "start the container with --privileged, or give it the socket of an engine",
    );
  if (!machine.cgroups)
    return new UserError(
      "Docker is not installed, and no engine can run: nothing is mounted at /sys/fs/cgroup",
      "mount -t cgroup2 cgroup2 /sys/fs/cgroup",
    );
  if (!machine.overlay)
    return new UserError(
      "Docker is not installed, and this kernel has no overlay file system",
      "use a kernel with CONFIG_OVERLAY_FS",
    );
  return undefined;
}

/** Whether an engine and its images still fit. */
export function room({ home, free }: Pick<Machine, "home" | "free">): UserError | undefined {
  if (free < leastFree)
    return new UserError(
      `the disk of ${home} has ${gigabytes(free)} free, and an engine with its images needs ${gigabytes(leastFree)}`,
      "make room, or name another place: WMD_ENGINE_HOME=/elsewhere",
    );
  return undefined;
}

/** Packages 0.4 GB, base images 2 GB, the applications' images and layers 3 GB. */
const leastFree = 6e9;
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
const firstLine = (said: string): string => said.split("\n")[0] ?? "";
