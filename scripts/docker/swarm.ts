/** The argv of the commands of a swarm. Pure. */
import { stackName } from "../../contract/names.ts";
import type { Command } from "../core/command.ts";

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
