/** Waits until a rollout is done or has failed. */
import { setTimeout as sleep } from "node:timers/promises";
import { stackName } from "../../contract/names.ts";
import type { Effects } from "../core/effects.ts";
import { formatTask, withFailedTasks } from "./failures.ts";
import { type Before, type Rollout, rollout } from "./rollout-state.ts";
import { services } from "./services.ts";

type Env = Readonly<Record<string, string>>;

/** Longer than the longest rollout: five replicas, one after another, each with its start and swarm's watch over it. */
const patience = 5 * 60_000;
/** After so long a person wants to know what it is waiting for. */
const explainEvery = 15_000;

export async function waitForRollout(
  remote: Env,
  before: Before,
  fx: Effects,
): Promise<Exclude<Rollout, { kind: "rolling" }>> {
  const began = performance.now();
  let [said, lastExplained] = ["", began];
  for (;;) {
    fx.throwIfCancelled();
    const now = performance.now();
    const { states, lines } = await services(remote, fx);
    const state = rollout(states, lines, before);
    if (state.kind !== "rolling") return state;
    if (now - began > patience)
      return { kind: "failed", services: state.waitingFor.map((name) => ({ name, why: "not there in time" })) };
    const waiting = state.waitingFor.map((name) => name.slice(stackName.length + 1)).join(", ");
    if (waiting !== said) fx.log(`  ⋯ waiting for ${waiting}`);
    said = waiting;
    if (now - lastExplained > explainEvery) {
      lastExplained = now;
      for (const name of state.waitingFor) {
        const { tasks } = await withFailedTasks({ name, why: "" }, remote, fx);
        if (tasks[0]) fx.log(`    ${formatTask(tasks[0])}`);
      }
    }
    await sleep(1000);
  }
}
