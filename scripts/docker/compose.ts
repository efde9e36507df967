/** The argv of `docker compose`. Pure. */
import { stackName, testStackName } from "../../contract/names.ts";
import type { Command } from "../core/command.ts";

/** Compose needs the account's name for every command, even to stop a stack: it reads the whole file. */
export const placeholders = { DOCKER_USERNAME: stackName };

export interface Project {
  readonly file: string;
  /** Also where it is the name in the file: COMPOSE_PROJECT_NAME would replace that one. */
  readonly name: string;
}

export const liveProject: Project = { file: "docker-compose.yml", name: stackName };
export const testProject: Project = { file: "docker-compose.test.yml", name: testStackName };

/** An empty file instead of `.env`, which may set the project's name, its files and every variable that they interpolate. */
const noEnvFile = ["--env-file", "/dev/null"] as const;

const inProject = ({ file, name }: Project, ...args: readonly string[]): Command => [
  "docker",
  "compose",
  "--file",
  file,
  "--project-name",
  name,
  ...noEnvFile,
  ...args,
];

export const compose = {
  build: (project: Project, ...services: readonly string[]): Command => inProject(project, "build", ...services),
  /** Starts the stack from images that exist: builds none. @param replicas the number of some services, instead of that in the file */
  up: (project: Project, replicas: Readonly<Record<string, number>> = {}): Command =>
    inProject(
      project,
      "up",
      "--detach",
      "--no-build",
      "--remove-orphans",
      "--quiet-pull",
      ...Object.entries(replicas).flatMap(([service, number]) => ["--scale", `${service}=${number}`]),
    ),
  /** Prints the file with all variables replaced. */
  config: (project: Project): Command => inProject(project, "config"),
  wait: (project: Project, service: string): Command => inProject(project, "wait", service),
  copyOut: (project: Project, service: string, from: string, to: string): Command =>
    inProject(project, "cp", `${service}:${from}`, to),
  ids: (project: Project, service: string): Command => inProject(project, "ps", "--quiet", service),
  /** Runs one more container of a service beside those that are running. */
  runBeside: (project: Project, service: string, name: string, ...command: readonly string[]): Command =>
    inProject(project, "run", "--detach", "--no-deps", "--name", name, service, ...command),
  states: (project: Project): Command => inProject(project, "ps", "--all", "--format", "json"),
  logs: (project: Project, ...services: readonly string[]): Command =>
    inProject(project, "logs", "--no-color", "--timestamps", "--tail", "2000", ...services),
  stop: (project: Project, ...services: readonly string[]): Command =>
    inProject(project, "stop", "--timeout", "5", ...services),
  start: (project: Project, ...services: readonly string[]): Command => inProject(project, "start", ...services),
  /** Includes the services of every profile: one that stayed would hold the networks. */
  down: (project: Project, options: { readonly volumes: boolean; readonly timeoutSeconds?: number }): Command =>
    inProject(
      project,
      "--profile",
      "*",
      "down",
      "--remove-orphans",
      "--timeout",
      String(options.timeoutSeconds ?? 20),
      ...(options.volumes ? ["--volumes"] : []),
    ),
} as const;
