/** Every command as a value. Pure: what runs can be read, printed and compared. */
import type { Command } from "./effects.ts";

export const git = {
  /** Paths that differ between two commits, from where they parted; separated by NUL. */
  changed: (base: string, head: string): Command => [
    "git",
    "diff",
    "--name-only",
    "--no-renames",
    "-z",
    `${base}...${head}`,
  ],
  head: ["git", "rev-parse", "HEAD"],
  /** Nothing on standard output: the tree is the commit. */
  status: ["git", "status", "--porcelain=v1", "-z", "--untracked-files=all"],
} as const satisfies Record<string, Command | ((...args: never[]) => Command)>;

/** The fixed time that files in layers carry: a commit must not change the digest of what it did not touch. */
export const sourceDateEpoch = "315532800"; // 1980-01-01, the first that zip files can hold

interface Build {
  /** Folder of the application, from the repository's root. */
  readonly context: string;
  readonly target?: string;
  readonly builder: string;
}

interface Isolation {
  readonly network?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of the image's own. */
  readonly command?: readonly string[];
}

const buildx = ({ context, target, builder }: Build, ...output: readonly string[]): Command => [
  "docker",
  "buildx",
  "build",
  "--builder",
  builder,
  "--build-context",
  "appkit=apps/appkit",
  "--build-arg",
  `SOURCE_DATE_EPOCH=${sourceDateEpoch}`,
  "--provenance=false",
  ...(target === undefined ? [] : ["--target", target]),
  ...output,
  context,
];

interface Replica {
  readonly name: string;
  readonly image: string;
  readonly network: string;
  readonly env: Readonly<Record<string, string>>;
}

const onOneCore = ({ name, image, network, env }: Replica): readonly string[] => [
  "--cpuset-cpus",
  "0",
  "--name",
  name,
  "--network",
  network,
  "--label",
  runLabel,
  ...Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
  image,
];

/** On every container that a run starts beside the stacks. */
export const runLabel = "wmd.run=true";

export const docker = {
  /** Builds an image into the engine. */
  buildImage: (build: Build, tag: string): Command => buildx(build, "--load", "--tag", tag),
  /** Builds an image into an OCI layout; the layers' files carry the fixed time. */
  buildLayout: (build: Build, folder: string): Command =>
    buildx(build, "--output", `type=oci,dest=${folder},tar=false,rewrite-timestamp=true`),
  /** A base image as it is, packed in the same way; its Dockerfile comes on standard input. */
  baseLayout: (builder: string, folder: string): Command => docker.buildLayout({ context: "-", builder }, folder),
  createBuilder: (name: string): Command => [
    "docker",
    "buildx",
    "create",
    "--name",
    name,
    "--driver",
    "docker-container",
    "--driver-opt",
    "network=host",
  ],
  currentContext: ["docker", "context", "show"] as Command,
  inspectBuilder: (name: string): Command => ["docker", "buildx", "inspect", name],

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
  /** One replica as it is deployed, alone on the first core. */
  runReplica: (replica: Replica): Command => [
    ...(["docker", "run", "--detach", "--read-only", "--cap-drop", "ALL", "--tmpfs", "/tmp"] as const),
    ...onOneCore(replica),
  ],
  runOnce: (replica: Replica, command: readonly string[]): Command => [
    "docker",
    "run",
    "--rm",
    ...onOneCore(replica),
    ...command,
  ],
  /** To be filled before it starts, and so not read-only. */
  createBare: (replica: Replica, command: readonly string[]): Command => [
    "docker",
    "create",
    ...onOneCore(replica),
    ...command,
  ],
  /** Name and memory in use of each container, one a line. */
  memory: (...names: readonly string[]): Command => [
    "docker",
    "stats",
    "--no-stream",
    "--format",
    "{{.Name}}\t{{.MemUsage}}",
    ...names,
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
  confinement: (name: string): Command => ["docker", "exec", name, "cat", "/proc/1/status", "/proc/self/mounts"],
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

export interface Project {
  readonly file: string;
  /** Another name than the file's own, for a second one beside it. */
  readonly name?: string;
}

export const testProject: Project = { file: "docker-compose.test.yml" };

const inProject = ({ file, name }: Project, ...args: readonly string[]): Command => [
  "docker",
  "compose",
  "--file",
  file,
  ...(name === undefined ? [] : ["--project-name", name]),
  ...args,
];

export const compose = {
  build: (project: Project, ...services: readonly string[]): Command => inProject(project, "build", ...services),
  /** What was built or published before, and nothing else. */
  up: (project: Project): Command =>
    inProject(project, "up", "--detach", "--no-build", "--remove-orphans", "--quiet-pull"),
  wait: (project: Project, service: string): Command => inProject(project, "wait", service),
  copyOut: (project: Project, service: string, from: string, to: string): Command =>
    inProject(project, "cp", `${service}:${from}`, to),
  ids: (project: Project, service: string): Command => inProject(project, "ps", "--quiet", service),
  /** Another container of a service, beside those that run. */
  runBeside: (project: Project, service: string, name: string, ...command: readonly string[]): Command =>
    inProject(project, "run", "--detach", "--no-deps", "--name", name, service, ...command),
  states: (project: Project): Command => inProject(project, "ps", "--all", "--format", "json"),
  logs: (project: Project, ...services: readonly string[]): Command =>
    inProject(project, "logs", "--no-color", "--timestamps", "--tail", "2000", ...services),
  stop: (project: Project, ...services: readonly string[]): Command =>
    inProject(project, "stop", "--timeout", "5", ...services),
  start: (project: Project, ...services: readonly string[]): Command => inProject(project, "start", ...services),
  /** With what was started on request: else it would stay, and hold the networks. */
  down: (project: Project, options: { readonly volumes: boolean }): Command =>
    inProject(
      project,
      "--profile",
      "*",
      "down",
      "--remove-orphans",
      "--timeout",
      "20",
      ...(options.volumes ? ["--volumes"] : []),
    ),
} as const;

/** A name of the stack, of its services and of its secrets begins with this. */
export const stackName = "wmd";

/** What the swarm's stack calls its networks and volumes: a compose stack on the same engine has others. */
export const inSwarm = (name: string): string => `${stackName}-swarm-${name}`;

export const swarm = {
  state: ["docker", "info", "--format", "{{json .Swarm}}"],
  init: ["docker", "swarm", "init", "--advertise-addr", "127.0.0.1"],
  leave: ["docker", "swarm", "leave", "--force"],
  secrets: ["docker", "secret", "ls", "--format", "{{.Name}}"],
  /** The value is read from standard input. */
  createSecret: (name: string): Command => ["docker", "secret", "create", name, "-"],
  removeSecret: (name: string): Command => ["docker", "secret", "rm", name],
  /** Digests are what they are: nobody has to ask a registry what a reference means. A login that this client has is handed on. */
  deploy: (file: string): Command => [
    "docker",
    "stack",
    "deploy",
    "--compose-file",
    file,
    "--resolve-image",
    "never",
    "--with-registry-auth",
    "--prune",
    "--detach=true",
    stackName,
  ],
  remove: ["docker", "stack", "rm", stackName],
  /** The ids of all services, this stack's or not. */
  allServices: ["docker", "service", "ls", "--quiet"],
  services: [
    "docker",
    "service",
    "ls",
    "--filter",
    `label=com.docker.stack.namespace=${stackName}`,
    "--format",
    "{{json .}}",
  ],
  inspect: (...services: readonly string[]): Command => ["docker", "service", "inspect", ...services],
  /** The ids of its tasks, those that ended too. */
  tasks: (service: string): Command => ["docker", "service", "ps", "--no-trunc", "--quiet", service],
  inspectTasks: (...ids: readonly string[]): Command => ["docker", "inspect", "--type", "task", ...ids],
  logs: (service: string): Command => ["docker", "service", "logs", "--raw", "--tail", "20", service],
} as const;

const vitest = (...args: readonly string[]): Command => ["node", "node_modules/vitest/vitest.mjs", ...args];

export const tests = {
  /** Every integration test, as JSON, without running one. */
  listIntegration: vitest("list", "--json", "--config", "tests/integration/vitest.config.ts"),
} as const;

/** Programs of our own dependencies, called as files: `npx` would cost half a second each. */
const program = (name: string, ...args: readonly string[]): Command => [`node_modules/.bin/${name}`, ...args];

export const tools = {
  types: program("tsc", "--project", ".", "--pretty", "false"),
  // By name: the front end below apps/ has a configuration and dependencies of its own.
  lint: program(
    "oxlint",
    "--type-aware",
    "--deny-warnings",
    "apps/catalog.ts",
    "scripts",
    "tests",
    "workflows-src",
    "vitest.config.ts",
  ),
  format: program("oxfmt", "--check"),
  writeFormat: program("oxfmt"),
  unused: program("knip"),
  unitTests: (report: string): Command =>
    vitest("run", "--project", "unit", "--reporter=default", "--reporter=junit", `--outputFile.junit=${report}`),
  engineTests: (report: string): Command =>
    vitest("run", "--project", "engine", "--reporter=default", "--reporter=junit", `--outputFile.junit=${report}`),
} as const;
