/** The argv of `docker`, as values that can be read, printed and compared. Pure. */
import { runLabel } from "../../contract/names.ts";
import type { Command } from "../core/command.ts";

interface Isolation {
  readonly network?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Replaces the image's own command. */
  readonly command?: readonly string[];
}

export const docker = {
  /** The container can reach the given network and nothing else. */
  create: (name: string, image: string, { network = "none", env = {}, command = [] }: Isolation = {}): Command => [
    ...(["docker", "create", "--name", name, "--network", network, "--label", runLabel] as const),
    ...Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    image,
    ...command,
  ],
  createNetwork: (name: string): Command => ["docker", "network", "create", "--internal", "--label", runLabel, name],
  removeNetwork: (name: string): Command => ["docker", "network", "rm", name],
  /** A database for tests: it keeps nothing, and accepts everyone in its network. */
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
  /** Starts stopped containers again. */
  startAgain: (...names: readonly string[]): Command => ["docker", "start", ...names],
  copyIn: (from: string, name: string, to: string): Command => ["docker", "cp", "--quiet", from, `${name}:${to}`],
  copyOut: (name: string, from: string, to: string): Command => ["docker", "cp", `${name}:${from}`, to],
  remove: (...names: readonly string[]): Command => ["docker", "rm", "--force", "--volumes", ...names],
  port: (name: string, port: number): Command => ["docker", "port", name, `${port}/tcp`],
  logs: (name: string): Command => ["docker", "logs", "--tail", "30", name],
  removeVolume: (...names: readonly string[]): Command => ["docker", "volume", "rm", "--force", ...names],
  /** The names of the volumes that a filter of Docker matches, one a line. */
  volumes: (filter: string): Command => ["docker", "volume", "ls", "--filter", filter, "--format", "{{.Name}}"],
  /** The names of the networks with a label, one a line. */
  networks: (label: string): Command => [
    "docker",
    "network",
    "ls",
    "--filter",
    `label=${label}`,
    "--format",
    "{{.Name}}",
  ],
  /** Prints the name of the container when there is one, running or not. */
  named: (name: string): Command => ["docker", "ps", "--all", "--filter", `name=^/${name}$`, "--format", "{{.Names}}"],
  /** A registry on loopback; the engine chooses a port where none is given. */
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
  /** The digest that a registry knows an image by, or where it came from none its id, with or without a name before it. */
  imageDigest: (image: string): Command => [
    "docker",
    "image",
    "inspect",
    "--format",
    "{{with .RepoDigests}}{{index . 0}}{{else}}{{.Id}}{{end}}",
    image,
  ],
  /** The image's command as JSON. */
  commandOf: (image: string): Command => ["docker", "image", "inspect", "--format", "{{json .Config.Cmd}}", image],
  /** Migrates the container's own database, then runs the image's command; Python compares compiled files with their sources. */
  runDevelopment: (
    { name, image, port, target }: { name: string; image: string; port: number; target: number },
    shipped: readonly string[],
  ): Command => [
    ...(["docker", "run", "--detach", "--init", "--name", name, "--label", runLabel] as const),
    "--publish",
    `127.0.0.1:${port}:${target}`,
    "--env",
    "ENVIRONMENT=development",
    "--env",
    // The compiled modules of the image are loaded without a look at their sources.
    "PYTHONPYCACHEPREFIX=/tmp/pycache",
    image,
    "sh",
    "-c",
    'python manage.py prepare && exec "$0" "$@"',
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
  /** The kernel's view of the container's first process and of its mounts. */
  hardening: (name: string): Command => ["docker", "exec", name, "cat", "/proc/1/status", "/proc/self/mounts"],
  serverVersion: ["docker", "version", "--format", "{{.Server.Version}}"] as Command,
  /** The ids of the running containers, one a line. */
  running: ["docker", "ps", "--quiet"],
  /** The names of the containers with a label, or other facts by the format, one container a line. */
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
