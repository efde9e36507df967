/** The state of a simulated machine, and what its handlers share. */
import { type AppName, catalog } from "../../apps/catalog.ts";
import { variableName } from "../../contract/names.ts";
import type { Environment } from "../../contract/inputs.ts";
import type { Command, Outcome } from "../core/command.ts";
import type { Run } from "../core/recording-effects.ts";
import { digestOf } from "../oci/layout.ts";

/** The end of a rollout onto the simulated swarm. */
export type RolloutEnd = "completed" | "unhealthy" | "engine fault";

export interface Service {
  readonly image: string;
  readonly replicas: number;
  /** Runs once, and completes. */
  readonly job: boolean;
  readonly end: RolloutEnd;
  /** The start of its last update; undefined for a service that was never updated. */
  readonly updated: string | undefined;
}

export interface State {
  /** Containers beside the stacks, by name. */
  readonly containers: Map<string, { readonly command: Command }>;
  readonly volumes: Set<string>;
  /** The environments of the compose projects that run, by name. */
  readonly projects: Map<string, Environment>;
  swarm: boolean;
  readonly secrets: Set<string>;
  readonly services: Map<string, Service>;
  /** The ends of the next rollouts; a rollout that is not listed completes. */
  readonly rollouts: RolloutEnd[];
}

/** One subject of the simulation: the outcome of the commands that it knows, undefined for all others. */
export type Handler = (command: Command, run: Run) => Partial<Outcome> | undefined;

export const lines = (texts: Iterable<string>): Partial<Outcome> => ({
  stdout: [...texts].map((text) => `${text}\n`).join(""),
});

/** The argument behind an option. */
export const valueOf = (command: Command, option: string): string => command[command.indexOf(option) + 1] ?? "";

/** Whether a command begins with these words. */
export const begins = (command: readonly string[], ...words: readonly string[]): boolean =>
  words.every((word, index) => command[index] === word);

/** The ids of the containers of a service. */
export const replicaIds = (service: string): readonly string[] => {
  const count = service in catalog ? catalog[service as AppName].replicas : 1;
  return Array.from({ length: count }, (_, index) =>
    digestOf(Buffer.from(`${service} ${index}`)).slice("sha256:".length),
  );
};

export const imageIn = (env: Environment, app: string): string => env[variableName("IMAGE", app)] ?? "";
export const portIn = (env: Environment, service: string): string => env[variableName("PORT", service)] ?? "";
