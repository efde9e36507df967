/** A machine on which every command succeeds: the stages run on it as on a real one, and nothing is changed. */
import { catalog } from "../../apps/catalog.ts";
import type { Environment } from "../../contract/inputs.ts";
import type { Outcome } from "../core/command.ts";
import type { Trace } from "../core/effects.ts";
import type { Files } from "../core/files.ts";
import type { PortState } from "../core/port-probe.ts";
import { git } from "../core/git.ts";
import { type Recorder, recordingEffects } from "../core/recording-effects.ts";
import { digestOf } from "../oci/layout.ts";
import { compose } from "./compose.ts";
import { containers, report } from "./containers.ts";
import { endpoints } from "./endpoints.ts";
import { writeLayout } from "./images.ts";
import { type SimulatedRegistry, simulatedRegistry } from "./registry.ts";
import { type Handler, type RolloutEnd, type State, begins, lines, valueOf } from "./state.ts";
import { swarm } from "./swarm.ts";

export interface Options {
  readonly env?: Environment;
  readonly trace?: Trace;
  readonly files?: Files;
  /** Answers before the simulation does: for what fails, and for what only the real machine knows. */
  readonly override?: Handler;
  readonly port?: (port: number) => PortState;
  /** Responds before the simulation does. */
  readonly respond?: (request: Request) => Response | undefined;
  /** The ends of the next rollouts onto the swarm; those that are not listed complete. */
  readonly rollouts?: readonly RolloutEnd[];
}

export interface Machine extends Recorder {
  readonly state: State;
  readonly registry: SimulatedRegistry;
}

export function simulatedMachine({
  env = {},
  trace,
  files,
  override,
  port = () => "free",
  respond,
  rollouts = [],
}: Options = {}): Machine {
  const state: State = {
    containers: new Map(),
    volumes: new Set(),
    projects: new Map(),
    swarm: false,
    secrets: new Set(),
    services: new Map(),
    rollouts: [...rollouts],
  };
  const registry = simulatedRegistry();
  let stackEnvironment: Environment | undefined;
  const health = endpoints(state, () => stackEnvironment);
  const handlers: readonly Handler[] = [
    ...(override ? [override] : []),
    surroundings,
    builds,
    programs,
    compose(state),
    swarm(state),
    containers(state),
  ];
  const recorder = recordingEffects(
    {
      command(command, run) {
        if (begins(command, "docker", "stack", "deploy")) stackEnvironment = run.env;
        for (const handle of handlers) {
          const outcome = handle(command, run);
          if (outcome !== undefined) return outcome;
        }
        return undefined;
      },
      port,
      async fetch(input, init) {
        const request = new Request(input, init);
        const url = new URL(request.url);
        const given = respond?.(request);
        if (given !== undefined) return given;
        return url.pathname.startsWith("/v2/") ? registry.respond(request) : health(url);
      },
    },
    { env, trace, files },
  );
  return { ...recorder, state, registry };
}

const info = {
  ServerVersion: "28.0.0",
  DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]],
  ClientInfo: {
    Plugins: [
      { Name: "compose", Version: "v2.40.0" },
      { Name: "buildx", Version: "v0.30.0" },
    ],
  },
};

/** The work tree of the simulated machine: few of the real files, since each is read many times. */
const sources = [
  "contract/names.ts",
  "nginx.conf",
  "scripts/main.ts",
  ...Object.values(catalog).map(({ image }) => `apps/${image}/Dockerfile`),
];

/** The engine runs, can write OCI layouts, has the default builder and every base image; the work tree is a clean commit. */
const surroundings: Handler = (command) => {
  if (begins(command, "docker", "info", "--format", "{{json .}}")) return lines([JSON.stringify(info)]);
  if (begins(command, "docker", "image", "inspect"))
    return lines([`base@${digestOf(Buffer.from(command.at(-1) ?? ""))}`]);
  if (begins(command, "docker", "version")) return lines([info.ServerVersion]);
  if (begins(command, "docker", "context", "show")) return lines(["default"]);
  if (begins(command, ...git.sources)) return { stdout: sources.map((path) => `${path}\0`).join("") };
  if (begins(command, ...git.head)) return lines(["a".repeat(40)]);
  return undefined;
};

const builds: Handler = (command, { files }) => {
  if (!begins(command, "docker", "buildx", "build")) return undefined;
  const folder = /dest=([^,]+)/u.exec(valueOf(command, "--output"))?.[1];
  const context = command.at(-1) ?? "";
  if (folder !== undefined) writeLayout(folder, context === "-" ? undefined : context, files);
  return {};
};

/** The programs of our own dependencies: vitest leaves its report, and lists one test. */
const programs: Handler = (command, { files }): Partial<Outcome> | undefined => {
  const file = /^--outputFile\.junit=(.+)$/u.exec(command.at(-1) ?? "")?.[1];
  if (file !== undefined) files.write(file, report);
  if (command.includes("--json") && command.includes("list")) return lines(["[{}]"]);
  return file === undefined ? undefined : {};
};
