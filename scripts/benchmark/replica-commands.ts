/** The argv of one replica alone on the first core. Pure. */
import { runLabel } from "../../contract/names.ts";
import type { Command } from "../core/command.ts";

export interface Replica {
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

export const replicaArgv = {
  /** One replica as it is deployed, alone on the first core. */
  run: (replica: Replica): Command => [
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
  /** The bare framework behind the same server. Files are copied into it before it starts, so it is not read-only. */
  createBare: (replica: Replica): Command => ["docker", "create", ...onOneCore(replica), "python", "bare.py"],
  /** Prints the name and the used memory of each container, one a line. */
  memory: (...names: readonly string[]): Command => [
    "docker",
    "stats",
    "--no-stream",
    "--format",
    "{{.Name}}\t{{.MemUsage}}",
    ...names,
  ],
} as const;
