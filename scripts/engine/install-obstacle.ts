/** Decides whether an engine can be installed and started on this machine. Pure. */
import { UserError } from "../../contract/user-error.ts";
import { gigabytes } from "../core/format.ts";
import type { Machine } from "./machine.ts";

export type InstallObstacle =
  | "unsupported system"
  | "not root"
  | "not privileged"
  | "no cgroups"
  | "no overlay file system"
  | "disk full";

/** The first reason why no engine can run here; undefined when one can. */
export function installObstacle(machine: Machine): InstallObstacle | undefined {
  const { platform, distribution, release, arch } = machine;
  const debian = platform === "linux" && distribution === "debian" && ["12", "13"].includes(release);
  if (!debian || !["x64", "arm64"].includes(arch)) return "unsupported system";
  if (!machine.root) return "not root";
  if (!machine.privileged) return "not privileged";
  if (!machine.cgroups) return "no cgroups";
  if (!machine.overlay) return "no overlay file system";
  return undefined;
}

/** The packages take 0.4 GB, the base images 2 GB, the images and layers of the applications 3 GB. */
const minFreeBytes = 6e9;

/** Whether the disk is too full for an engine that is not installed yet. */
export const diskObstacle = ({ free }: Pick<Machine, "free">): InstallObstacle | undefined =>
  free < minFreeBytes ? "disk full" : undefined;

export function installObstacleError(
  obstacle: InstallObstacle,
  { home, free }: Pick<Machine, "home" | "free">,
): UserError {
  switch (obstacle) {
    case "unsupported system":
      return new UserError(
        "Docker is not installed",
        "Install Docker: https://docs.docker.com/get-started/get-docker/",
      );
    case "not root":
      return new UserError(
        "Docker is not installed, and only root can install it",
        "Run the command as root, or install Docker: https://docs.docker.com/engine/install/debian/",
      );
    case "not privileged":
      return new UserError(
        "Docker is not installed, and this root user may not mount file systems or configure networks (is this a container?)",
        "Start the container with --privileged, or mount the socket of an engine into it",
      );
    case "no cgroups":
      return new UserError(
        "Docker is not installed, and no engine can run, because nothing is mounted at /sys/fs/cgroup",
        "Run `mount -t cgroup2 cgroup2 /sys/fs/cgroup`",
      );
    case "no overlay file system":
      return new UserError(
        "Docker is not installed, and no engine can run, because this kernel has no overlay file system",
        "Use a kernel with CONFIG_OVERLAY_FS",
      );
    case "disk full":
      return new UserError(
        `The disk of ${home} has ${gigabytes(free)} free, but an engine with its images needs ${gigabytes(minFreeBytes)}`,
        "Free disk space, or choose another folder: WMD_ENGINE_HOME=/elsewhere",
      );
  }
}
