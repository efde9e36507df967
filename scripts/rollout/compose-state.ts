/** Whether a compose project is still as its last deployment left it. `docker compose up` would run its one-shot services anew. */
import { createHash } from "node:crypto";
import type { Effects } from "../core/effects.ts";
import { type Project, compose } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";

const fileOf = ({ name }: Project): string => `.pipeline/deployed/${name}`;

/** The status of a container that runs and is not unhealthy, or that has done its work; undefined for any other. Pure. */
export function settled(status: string): string | undefined {
  if (/^Up .*\((?:unhealthy|health: starting|Paused)\)$/u.test(status)) return undefined;
  return /^(?:Up|Exited \(0\)) /u.exec(status)?.[0].trim();
}

/**
 * A text that is the same as long as the resolved compose file, the containers and their images are.
 * @param containers a line for each: its id, its image, which is no name once that name is another image's, and its status
 * @returns undefined where there is no container, or one that is not settled
 */
export function stateOf(config: string, containers: string): string | undefined {
  const lines = containers.split("\n").filter(Boolean).toSorted();
  const states = lines.map((line) => {
    const [id, image, ...status] = line.split(" ");
    const state = settled(status.join(" "));
    return state && [id, image, state].join(" ");
  });
  if (states.length === 0 || states.includes(undefined)) return undefined;
  return [createHash("sha256").update(config).digest("hex"), ...states].join("\n");
}

async function currentState(
  project: Project,
  env: Readonly<Record<string, string>>,
  fx: Effects,
): Promise<string | undefined> {
  const label = `com.docker.compose.project=${project.name}`;
  const config = await fx.output(compose.config(project), { env });
  return stateOf(config, await fx.output(docker.labelled(label, "{{.ID}} {{.Image}} {{.Status}}")));
}

/** @param env the variables that the compose file reads */
export async function isAsDeployed(
  project: Project,
  env: Readonly<Record<string, string>>,
  fx: Effects,
): Promise<boolean> {
  const file = fileOf(project);
  return fx.files.exists(file) && fx.files.read(file) === (await currentState(project, env, fx));
}

/** Call it when the deployment is proven. A state with a container that is not settled is not recorded. */
export async function recordDeployment(
  project: Project,
  env: Readonly<Record<string, string>>,
  fx: Effects,
): Promise<void> {
  const state = await currentState(project, env, fx);
  if (state === undefined) fx.files.remove(fileOf(project));
  else fx.files.write(fileOf(project), state);
}
