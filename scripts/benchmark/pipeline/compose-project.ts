/** The argv of a compose project that is measured: its name and its file are never those of a stack that serves. Pure. */
import type { Command } from "../../core/command.ts";

export interface ComposeProject {
  readonly file: string;
  readonly name: string;
}

const inProject = ({ file, name }: ComposeProject, ...args: readonly string[]): Command => [
  ...(["docker", "compose", "--file", file, "--project-name", name, "--env-file", "/dev/null"] as const),
  ...args,
];

export const steps = {
  /** Builds and starts everything, and ends with the service `tests`. */
  upUntilTested: (project: ComposeProject): Command => inProject(project, "up", "--build", "--exit-code-from", "tests"),
  up: (project: ComposeProject): Command => inProject(project, "up", "--build", "--detach"),
  stop: (project: ComposeProject): Command => inProject(project, "stop"),
  build: (project: ComposeProject): Command => inProject(project, "build"),
  push: (project: ComposeProject): Command => inProject(project, "push"),
  /** Takes the processor away from containers that run, until `unpause`. */
  pause: (project: ComposeProject): Command => inProject(project, "pause"),
  unpause: (project: ComposeProject): Command => inProject(project, "unpause"),
  /** Prints the ID of each container whose last health check failed. */
  unhealthy: ({ name }: ComposeProject): Command => [
    ...(["docker", "ps", "--quiet", "--filter", "health=unhealthy", "--filter"] as const),
    `label=com.docker.compose.project=${name}`,
  ],
  down: (project: ComposeProject): Command => inProject(project, "down", "--volumes", "--remove-orphans"),
} as const;
