/** The argv of `docker compose`. Pure. */
import { stackName } from "../../contract/names.ts";
import type { Command } from "../core/command.ts";

/** Compose reads the whole file for every command, image names included. */
export const placeholders = { DOCKER_USERNAME: stackName };

export interface Project {
  readonly file: string;
  /** Another name than the file's own, for a second one beside it. */
  readonly name?: string;
}

export const liveProject: Project = { file: "docker-compose.yml" };
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
