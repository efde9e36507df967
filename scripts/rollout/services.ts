/** The stack's services as the swarm reports them. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import { stackName } from "../../contract/names.ts";
import type { Effects } from "../core/effects.ts";
import { swarm } from "../docker/swarm.ts";
import { type ServiceLine, type ServiceState, digestIn } from "./rollout-state.ts";

type Env = Readonly<Record<string, string>>;
export type Running = Readonly<Partial<Record<AppName, string>>>;

/** The stack's services, each as `ls` and as `inspect` tell of it. */
interface Services {
  readonly lines: readonly ServiceLine[];
  readonly states: readonly ServiceState[];
}

export async function services(remote: Env, fx: Effects): Promise<Services> {
  const lines = (await fx.output(swarm.services, { env: remote }))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ServiceLine);
  if (lines.length === 0) return { lines, states: [] };
  const inspected = await fx.output(swarm.inspect(...lines.map(({ Name }) => Name)), { env: remote });
  return { lines, states: JSON.parse(inspected) as readonly ServiceState[] };
}

/** The digest that each application's service should run now. */
export async function runningDigests(remote: Env, fx: Effects): Promise<Running> {
  const { states } = await services(remote, fx);
  return Object.fromEntries(
    appNames.flatMap((app) => {
      const digest = digestIn(
        states.find(({ Spec }) => Spec.Name === `${stackName}_${app}`)?.Spec.TaskTemplate.ContainerSpec.Image ?? "",
      );
      return digest === undefined ? [] : [[app, digest]];
    }),
  );
}
