/** The stack's services as the swarm reports them. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import { stackName } from "../../contract/names.ts";
import type { Effects } from "../core/effects.ts";
import { type ServiceLine, type ServiceState, parseServiceLines, parseServices } from "../docker/inspected.ts";
import { swarm } from "../docker/swarm.ts";
import { digestIn } from "./rollout-state.ts";

/** The digest of each application that runs. */
export type RunningDigests = Readonly<Partial<Record<AppName, string>>>;

/** The stack's services, as `ls` and as `inspect` report them. */
interface Services {
  readonly lines: readonly ServiceLine[];
  readonly states: readonly ServiceState[];
}

export async function services(fx: Effects): Promise<Services> {
  const lines = parseServiceLines(await fx.output(swarm.services));
  if (lines.length === 0) return { lines, states: [] };
  return { lines, states: parseServices(await fx.output(swarm.inspect(...lines.map(({ Name }) => Name)))) };
}

/** The digest that each application's service should run now. */
export async function runningDigests(fx: Effects): Promise<RunningDigests> {
  const { states } = await services(fx);
  return Object.fromEntries(
    appNames.flatMap((app) => {
      const service = states.find(({ Spec }) => Spec.Name === `${stackName}_${app}`);
      const digest = digestIn(service?.Spec.TaskTemplate.ContainerSpec.Image ?? "");
      return digest === undefined ? [] : [[app, digest]];
    }),
  );
}
