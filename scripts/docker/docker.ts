/** The argv of `docker`, as values that can be read, printed and compared. Pure. */
import { runLabel } from "../../contract/names.ts";
import type { Command } from "../core/command.ts";

interface Isolation {
  readonly network?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of the image's own. */
  readonly command?: readonly string[];
}

export const docker = {
  /** What runs in it reaches nothing but the network that is given. */
  create: (name: string, image: string, { network = "none", env = {}, command = [] }: Isolation = {}): Command => [
    ...(["docker", "create", "--name", name, "--network", network, "--label", runLabel] as const),
    ...Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    image,
    ...command,
  ],
  createNetwork: (name: string): Command => ["docker", "network", "create", "--internal", "--label", runLabel, name],
  removeNetwork: (name: string): Command => ["docker", "network", "rm", name],
  /** A database that keeps nothing, for tests: whoever reaches its network may do everything. */
  postgres: (name: string, image: string, network: string): Command => [
    ...(["docker", "run", "--detach", "--name", name, "--network", network, "--network-alias", "postgres"] as const),
    "--label",
    runLabel,
    "--tmpfs",
    "/var/lib/postgresql/data",
    "--env",
    "POSTGRES_HOST_AUTH_METHOD=trust",
    image,
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
  ],
  postgresReady: (name: string): Command => ["docker", "exec", name, "pg_isready", "--quiet", "--host", "127.0.0.1"],
  start: (name: string): Command => ["docker", "start", "--attach", name],
  /** Containers that ended, as they were. */
  startAgain: (...names: readonly string[]): Command => ["docker", "start", ...names],
  copyIn: (from: string, name: string, to: string): Command => ["docker", "cp", "--quiet", from, `${name}:${to}`],
  copyOut: (name: string, from: string, to: string): Command => ["docker", "cp", `${name}:${from}`, to],
  remove: (...names: readonly string[]): Command => ["docker", "rm", "--force", "--volumes", ...names],
  port: (name: string, port: number): Command => ["docker", "port", name, `${port}/tcp`],
  logs: (name: string): Command => ["docker", "logs", "--tail", "30", name],
  removeVolume: (name: string): Command => ["docker", "volume", "rm", "--force", name],
  /** A registry on loopback; without a port the engine chooses one. */
  registry: (name: string, image: string, port: number | undefined, volume: string | undefined): Command => [
    "docker",
    "run",
    "--detach",
    "--name",
    name,
    "--label",
    runLabel,
    ...(volume === undefined ? [] : ["--restart", "unless-stopped", "--volume", `${volume}:/var/lib/registry`]),
    "--publish",
    `127.0.0.1:${port ?? ""}:5000`,
    image,
  ],
  kill: (signal: "KILL" | "TERM", ...names: readonly string[]): Command => [
    "docker",
    "kill",
    "--signal",
    signal,
    ...names,
  ],
  hasFile: (name: string, path: string): Command => ["docker", "exec", name, "test", "-e", path],
  stop: (name: string, seconds: number): Command => ["docker", "stop", "--time", String(seconds), name],
  output: (name: string): Command => ["docker", "logs", name],
  /** The command that an image runs, as JSON. */
  commandOf: (image: string): Command => ["docker", "image", "inspect", "--format", "{{json .Config.Cmd}}", image],
  /** Migrates a database of the container's own, then runs what the image runs; what was compiled is compared with its source. */
  runDevelopment: (
    { name, image, port, target }: { name: string; image: string; port: number; target: number },
    shipped: readonly string[],
  ): Command => [
    ...(["docker", "run", "--detach", "--init", "--name", name, "--label", runLabel] as const),
    "--publish",
    `127.0.0.1:${port}:${target}`,
    "--env",
    "ENVIRONMENT=development",
    image,
    "sh",
    "-c",
    'python manage.py prepare && exec python --check-hash-based-pycs always "$(command -v "$0")" "$@"',
    ...shipped,
  ],
  follow: (name: string): Command => ["docker", "logs", "--follow", name],
  removeInside: (name: string, path: string): Command => [
    "docker",
    "exec",
    "--user",
    "0",
    name,
    "rm",
    "-rf",
    "--",
    path,
  ],
  /** What the kernel knows of a container's first process, and of what it sees as its files. */
  hardening: (name: string): Command => ["docker", "exec", name, "cat", "/proc/1/status", "/proc/self/mounts"],
  serverVersion: ["docker", "version", "--format", "{{.Server.Version}}"] as Command,
  /** The ids of the containers that run, one a line. */
  running: ["docker", "ps", "--quiet"],
  /** Of the containers with a label: their names, or what the format says, one a line. */
  labelled: (label: string, format = "{{.Names}}"): Command => [
    "docker",
    "ps",
    "--all",
    "--filter",
    `label=${label}`,
    "--format",
    format,
  ],
  inspect: (format: string, ...names: readonly string[]): Command => [
    "docker",
    "inspect",
    "--format",
    format,
    ...names,
  ],
} as const;
