/** The common parts of the services of the swarm's stack. Pure. */
import { scratchMiB } from "../resources.ts";

export const secretsFolder = "/run/secrets";

/** Secrets of an owner, as files below `secretsFolder`. */
export const secretFiles = (owner: string, ...secrets: readonly string[]) =>
  secrets.map((secret) => ({ source: `${owner}-${secret}`, target: secret, mode: 0o444 }));

/** A temporary file system, which is memory. Its size is a limit; it takes what its files take. */
export const tmpfs = (target: string, sizeMiB: number = scratchMiB, options: { readonly mode?: number } = {}) => ({
  type: "tmpfs",
  target,
  tmpfs: { size: sizeMiB * 1024 * 1024, ...options },
});

export const scratch = [tmpfs("/tmp")];

/** Kernels without IPVS have no virtual addresses, so names resolve to the addresses of the tasks. */
export const byName = { endpoint_mode: "dnsrr" } as const;

/** With `start-first` a new task is healthy before an old one stops. Swarm itself rolls a failed update back. */
export const rollout = (order: "start-first" | "stop-first") => ({
  update_config: { order, parallelism: 1, failure_action: "rollback", monitor: "5s" },
  rollback_config: { order, parallelism: 1, failure_action: "pause", monitor: "5s" },
  restart_policy: { condition: "any", delay: "1s" },
});

/** A service that runs once per release. The services that depend on it poll for its outcome. */
export const job = {
  mode: "replicated-job",
  restart_policy: { condition: "on-failure", delay: "2s", max_attempts: 30 },
} as const;

export const onHostPort = (target: number, onHost: string) => ({
  target,
  published: onHost,
  protocol: "tcp",
  mode: "host",
});
